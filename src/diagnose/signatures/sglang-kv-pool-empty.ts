import { SPECIFICITY, type Signature } from "../signature.ts";

export const sglangKvPoolEmpty: Signature = {
  id: "sglang-kv-pool-empty",
  class: "kv-cache-too-small",
  title: "Nothing was left for the KV cache pool",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["sglang"],
  clues: [
    { has: ["Not enough memory. Please try to increase --mem-fraction-static", "Not enough memory. Please try increasing"] },
    { has: "Not enough memory", match: /mem[-_]fraction[-_]static/ },
    {
      has: [
        "max_total_num_tokens <= 0",
        "max_running_request is zero",
        "max_running_requests is zero",
        "max_running_requests is 0",
        "The memory pool size is too small",
        "KV cache pool is too small",
      ],
    },
    { has: "is longer than the maximum", match: /max_total_num_tokens|KV cache/ },
  ],
  means: "The static share of the GPU is used up by the weights, so that the KV pool would have no tokens.",
  remedies: [
    { text: "Raise the static share", command: "--mem-fraction-static 0.9" },
    { text: "Shorten the context", axes: { "context-length": "32768" } },
    { text: "Halve the cache's size per token", axes: { "kv-cache-dtype": "fp8" } },
    { text: "Spread the model over more GPUs", command: "--tp-size 8" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/4330", "https://github.com/sgl-project/sglang/issues/322"],
};
