import { SPECIFICITY, type Signature } from "../signature.ts";

export const prefillWrappers: Signature = {
  id: "prefill-wrappers",
  class: "attention-metadata",
  title: "The piecewise graph runner met decode metadata",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["sglang"],
  versions: ">=0.5.4,<0.5.4.post1",
  clues: [{ has: "prefill_wrappers", match: /'DecodeMetadata' object has no attribute 'prefill_wrappers'/ }],
  fatal: true,
  means: "With piecewise CUDA graphs SGLang 0.5.4 replays a prefill graph while the FlashInfer backend still holds decode metadata.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Use FlashAttention 2", axes: { "attention-backend": "fa2" } },
    { text: "Upgrade SGLang to 0.5.4.post1 or newer", command: "pip install 'sglang>=0.5.4.post1'" },
  ],
  sources: ["https://github.com/sgl-project/sglang/pull/12067"],
};
