import { SPECIFICITY, type Signature } from "../signature.ts";

export const tmaDescriptorError: Signature = {
  id: "tma-descriptor-error",
  class: "tma-descriptor",
  title: "A TMA descriptor could not be set up",
  level: "cause",
  specificity: SPECIFICITY.component,
  clues: [
    {
      has: "Failed to initialize the TMA descriptor",
      unless: /TMA descriptor (?:1\b|801\b|70\d|71[6-9]|due to (?:invalid argument|operation not supported|an illegal))/,
    },
    { has: "cuTensorMapEncodeTiled", match: /error|fail|CUDA_ERROR|invalid/i, unless: /700|ILLEGAL_ADDRESS|illegal memory/ },
    { has: ["runtime_utils.hpp", "tma_utils.hpp"], match: /CUDA driver error.{0,200}(?:\b1\b|INVALID_VALUE)/ },
    {
      has: ["TMA descriptor", "tensor map", "TensorMap"],
      match: /(?:fail|error|invalid|unsupported|not supported|cannot|must be)/i,
      unless:
        /Failed to initialize the TMA descriptor|illegal memory|ILLEGAL_ADDRESS|\b(?:70\d|71[6-9])\b|TMA Desc Addr|Triton kernel JIT|\{res\}/,
    },
  ],
  fatal: true,
  means: "The driver refused the tensor map that a Hopper or Blackwell kernel asked for.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Use FlashAttention 2", axes: { "attention-backend": "fa2" } },
    { text: "Run without CUDA graphs to see the failing call", axes: { eager: "on" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/4382", "https://github.com/deepseek-ai/DeepGEMM/issues/140"],
};
