import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const cudaGraphBatchSize: Signature = {
  id: "cuda-graph-batch-size",
  class: "cuda-graph-capture",
  title: "No CUDA graph fits the batch",
  level: "cause",
  specificity: 76,
  clues: [
    raises(
      /cudagraph_capture_sizes|cuda_graph_max_bs|capture_bs|cudagraph_mode|CUDAGraphMode|cuda_graph_bs|captured (?:batch )?sizes?|no captured graph/,
      {
        unless:
          /disable|[Cc]aptur(?:e|ing) (?:cuda|CUDA|prefill|draft)|out of memory|illegal memory|validation error|keyword argument|failed with error/i,
      },
    ),
  ],
  means: "The graph runner has no captured size, or no mode, for the batch it was given.",
  remedies: [
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Run fewer sequences at once", axes: { "max-sequences": "64" } },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/28207"],
};
