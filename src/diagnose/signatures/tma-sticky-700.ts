import { kernelFaultGuide } from "../guide.ts";
import type { Signature } from "../signature.ts";

export const tmaSticky700: Signature = {
  id: "tma-sticky-700",
  class: "illegal-memory-access",
  title: "TMA set-up hit the error of an earlier kernel",
  level: "symptom",
  specificity: 58,
  clues: [
    { has: "Failed to initialize the TMA descriptor", match: /TMA descriptor (?:70\d|71[6-9]|due to an illegal)/ },
    {
      has: ["cuTensorMapEncodeTiled", "encode tensor map", "create tensor map", "TMA descriptor:", "TMA desc", "tensor map"],
      match: /\b(?:70\d|71[6-9])\b|ILLEGAL_ADDRESS|illegal memory/,
      unless: /globalDim|TMA Desc Addr|Failed to initialize the TMA descriptor/,
    },
  ],
  fatal: true,
  means:
    "Error 700 is sticky: a kernel that ran before accessed memory illegally, and the TMA set-up is only the next call that noticed. The descriptor itself is not at fault.",
  remedies: kernelFaultGuide,
  sources: [
    "https://github.com/vllm-project/vllm/issues/50147",
    "https://github.com/vllm-project/vllm/issues/13961",
    "https://github.com/vllm-project/vllm/issues/6870",
  ],
};
