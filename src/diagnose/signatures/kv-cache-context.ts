import { SPECIFICITY, type Signature } from "../signature.ts";

export const kvCacheContext: Signature = {
  id: "kv-cache-context",
  class: "kv-cache-too-small",
  title: "The KV cache cannot hold one request of full length",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["vllm"],
  clues: [
    { has: "is larger than the maximum number of tokens that can be stored in KV cache" },
    { has: "KV cache is needed, which is larger than the available KV cache memory" },
    { has: "To serve at least one request with the model", match: /KV cache/ },
    { has: "estimated maximum model length is" },
    { has: ["larger than the KV cache", "exceeds the KV cache capacity", "exceeds the maximum KV cache", "longer than the KV cache"] },
  ],
  means: "One request of the model's full context needs more cache than there is.",
  remedies: [
    { text: "Shorten the context", axes: { "context-length": "32768" } },
    { text: "Give the engine more of the GPU", axes: { "gpu-memory": "0.95" } },
    { text: "Halve the cache's size per token", axes: { "kv-cache-dtype": "fp8" } },
    { text: "Spread the model over more GPUs", command: "--tensor-parallel-size 8" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/2418", "https://github.com/vllm-project/vllm/issues/10517"],
};
