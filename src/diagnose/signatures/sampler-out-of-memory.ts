import { SPECIFICITY, type Signature } from "../signature.ts";

export const samplerOutOfMemory: Signature = {
  id: "sampler-out-of-memory",
  class: "gpu-out-of-memory",
  title: "The GPU ran out of memory while warming up the sampler",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["vllm"],
  clues: [{ has: "occurred when warming up sampler with" }],
  means: "The sampler's warm-up with the full number of sequences did not fit beside weights and KV cache.",
  remedies: [
    { text: "Run fewer sequences at once", axes: { "max-sequences": "64" } },
    { text: "Give the engine less of the GPU", axes: { "gpu-memory": "0.75" } },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/20256"],
};
