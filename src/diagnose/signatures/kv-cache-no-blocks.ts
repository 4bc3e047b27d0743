import { SPECIFICITY, type Signature } from "../signature.ts";

export const kvCacheNoBlocks: Signature = {
  id: "kv-cache-no-blocks",
  class: "kv-cache-too-small",
  title: "Nothing was left for the KV cache",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    { has: "No available memory for the cache blocks" },
    { has: "Available KV cache memory: -" },
    { has: "larger than the profiled value -" },
    {
      has: [
        "required GPU blocks exceeds",
        "exceeds available Mamba cache blocks",
        "available Mamba cache blocks",
        "max_total_num_tokens=0,",
        "max_total_num_tokens=-",
        "Memory pool is too small",
        "No free KV cache",
        "No enough KV cache",
        "KV cache memory is not enough",
        "Not enough KV cache",
        "# GPU blocks: 0,",
        "num_gpu_blocks > 0",
        "Maximum concurrency for 0 tokens",
      ],
    },
  ],
  anyLevel: true,
  means: "Weights, activations and graph memory use up the engine's share of the GPU, so that no cache block fits.",
  remedies: [
    { text: "Give the engine more of the GPU", axes: { "gpu-memory": "0.95" } },
    { text: "Shorten the context", axes: { "context-length": "32768" } },
    { text: "Batch fewer tokens at once", axes: { "max-batched-tokens": "8192" } },
    { text: "Spread the model over more GPUs", command: "--tensor-parallel-size 8" },
    { text: "Stop vLLM from reserving memory for graphs it only estimates", command: "VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS=0" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/2248", "https://github.com/vllm-project/vllm/issues/27508"],
};
