import type { Signature } from "../signature.ts";

export const raisedInCapture: Signature = {
  id: "raised-in-capture",
  class: "cuda-graph-capture",
  title: "An error while CUDA graphs were captured",
  level: "cause",
  specificity: 26,
  clues: [
    {
      has: [
        "in capture_one_batch_size",
        "in capture_model",
        "in _capture_cudagraphs",
        "in init_cuda_graphs",
        "in init_device_graphs",
        "cuda_graph_runner.py",
        "cudagraph_utils.py",
        "in _warmup_and_capture",
        "cuda_piecewise_backend.py",
        "in warmup_torch_compile",
        "in capture",
      ],
      match:
        /^File "[^"]{1,400}", line \d+, in (?:capture\w{0,40}|_capture\w{0,40}|init_cuda_graphs|init_device_graphs|_warmup_and_capture|warmup_torch_compile|run_once)$/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 48,
        side: "after",
      },
    },
  ],
  means: "The exception was raised during the capture of CUDA graphs; without graphs the same step may work, or fail more clearly.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/38673"],
};
