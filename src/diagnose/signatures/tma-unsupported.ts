import { SPECIFICITY, type Signature } from "../signature.ts";

export const tmaUnsupported: Signature = {
  id: "tma-unsupported",
  class: "tma-descriptor",
  title: "This GPU or build has no TMA",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [{ has: "Failed to initialize the TMA descriptor", match: /TMA descriptor (?:801\b|due to operation not supported)/ }],
  fatal: true,
  means: "The kernel needs the Tensor Memory Accelerator, which this GPU, or the architecture the kernel was built for, does not have.",
  remedies: [
    { text: "Use FlashAttention 2", axes: { "attention-backend": "fa2" } },
    { text: "Install the wheel that was built for this GPU's architecture" },
  ],
  sources: ["https://github.com/meta-llama/llama-stack-apps/issues/30", "https://github.com/Dao-AILab/flash-attention/issues/1706"],
};
