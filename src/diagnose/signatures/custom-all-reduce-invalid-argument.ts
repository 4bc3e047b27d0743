import { SPECIFICITY, type Signature } from "../signature.ts";

export const customAllReduceInvalidArgument: Signature = {
  id: "custom-all-reduce-invalid-argument",
  class: "cuda-graph-capture",
  title: "Custom all-reduce cannot share the captured graph buffers",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["vllm", "sglang"],
  clues: [
    { has: ["custom_all_reduce", "custom_collective_common", "all_reduce.cuh"], match: /['"]invalid argument['"]/ },
    {
      has: ["get_graph_buffer_ipc_meta", "register_graph_buffers"],
      near: { match: /invalid argument|invalid device pointer/, within: 12, side: "after" },
    },
  ],
  fatal: true,
  means:
    "cudaIpcGetMemHandle rejects the graph buffers, because PyTorch allocated them as expandable segments or the container forbids IPC between its GPUs.",
  remedies: [
    { text: "Unset expandable segments", command: "PYTORCH_CUDA_ALLOC_CONF=" },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Let containers share memory between GPUs", command: "docker run --ipc=host" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/42609",
    "https://github.com/vllm-project/vllm/issues/49101",
    "https://github.com/vllm-project/vllm/issues/56180",
    "https://github.com/vllm-project/vllm/issues/5613",
  ],
};
