import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const kvCacheDtypeUnsupported: Signature = {
  id: "kv-cache-dtype-unsupported",
  class: "unsupported-backend",
  title: "This KV cache type has no kernel here",
  level: "cause",
  specificity: 79,
  clues: [
    raises(
      /kv[-_ ]?cache[-_ ](?:\w{1,12}[-_ ])?dtype|fp8 kv[-_ ]?cache/i,
      /not support|nsupported|only support|must be|requires|not compatible|nvalid|does not match/,
    ),
    {
      has: [
        "assert self.store_dtype",
        "assert self.kv_cache_dtype",
        "assert kv_cache_dtype",
        "assert self.kv_cache_torch_dtype",
        "assert k_cache.dtype",
        "assert kv_cache.dtype",
      ],
      near: { match: /^AssertionError/, within: 10, side: "after" },
    },
    { has: "With FP8 KV cache" },
  ],
  means: "The attention backend or the model's cache pool does not take the KV cache data type that was chosen.",
  remedies: [
    { text: "Keep the KV cache in the model's own type", axes: { "kv-cache-dtype": "auto" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/12347", "https://github.com/vllm-project/vllm/issues/30214"],
};
