import { SPECIFICITY, type Signature } from "../signature.ts";

export const tmaInvalidDescriptor: Signature = {
  id: "tma-invalid-descriptor",
  class: "tma-descriptor",
  title: "A TMA descriptor was built from impossible dimensions",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    { has: "Failed to initialize the TMA descriptor", match: /TMA descriptor (?:1\b|due to invalid argument)/ },
    { has: "globalDim", match: /globalDim\s{0,12}:?\s{0,4}\((?:\d{1,12},\s?)*0(?:,|\))/ },
  ],
  fatal: true,
  means:
    "A kernel was given a tensor with a zero or too small dimension, so cuTensorMapEncodeTiled refused to describe it; CUDA graph capture with a dummy batch is the known way to get there.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Use FlashAttention 2 instead of CUTLASS attention", axes: { "attention-backend": "fa2" } },
    { text: "Upgrade SGLang to 0.5.4.post1 or newer, which no longer combines the two", command: "pip install 'sglang>=0.5.4.post1'" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/sgl-project/sglang/pull/12067", "https://github.com/flashinfer-ai/flashinfer/issues/2232"],
};
