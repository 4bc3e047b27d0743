import { SPECIFICITY, type Signature } from "../signature.ts";

export const gpuOutOfMemory: Signature = {
  id: "gpu-out-of-memory",
  class: "gpu-out-of-memory",
  title: "The GPU ran out of memory",
  level: "cause",
  specificity: SPECIFICITY.general,
  clues: [
    { has: ["CUDA out of memory", "HIP out of memory"], unless: /OOM detected, falling back|occurred when warming up sampler/ },
    {
      has: [
        "CUDA error: out of memory",
        "CUDA Error: out of memory",
        "cudaErrorMemoryAllocation",
        "CUDA_ERROR_OUT_OF_MEMORY",
        "Cuda failure 'out of memory'",
        "Cuda failure 2 'out of memory'",
        "[CUDA]: out of memory",
        "failed to allocate memory on device",
      ],
    },
    { has: "OutOfMemoryError", match: /^torch\.(?:cuda\.)?OutOfMemoryError/ },
    {
      has: [
        "Prefill out of memory",
        "Decode out of memory",
        "Not enough GPU memory for",
        "runs out of memory. Please set",
        "Failed to allocate memory for",
      ],
    },
    { has: "out of memory", match: /(?:^|: )(?:cu\w{0,40}|NVML|GPU|CUDA|cuMem\w{0,20})\b.{0,60}out of memory/i },
  ],
  means: "An allocation did not fit into what was left of the GPU's memory.",
  remedies: [
    { text: "Give the engine less of the GPU", axes: { "gpu-memory": "0.75" } },
    { text: "Batch fewer tokens at once", axes: { "max-batched-tokens": "8192" } },
    { text: "Run fewer sequences at once", axes: { "max-sequences": "64" } },
    { text: "Shorten the context", axes: { "context-length": "32768" } },
    { text: "Run without CUDA graphs, which hold their own memory", axes: { eager: "on" } },
    { text: "Leave more room on SGLang", command: "--mem-fraction-static 0.8" },
    { text: "Reduce fragmentation", command: "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/6027", "https://github.com/vllm-project/vllm/issues/16570"],
};
