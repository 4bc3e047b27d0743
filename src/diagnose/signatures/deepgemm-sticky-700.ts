import type { Signature } from "../signature.ts";

export const deepgemmSticky700: Signature = {
  id: "deepgemm-sticky-700",
  class: "illegal-memory-access",
  title: "DeepGEMM hit the error of an earlier kernel",
  level: "symptom",
  specificity: 60,
  clues: [
    {
      has: ["runtime_utils.hpp", "DeepGEMM", "deep_gemm"],
      match: /(?:CUDA driver error|CUDA runtime error).{0,200}(?:700|CUDA_ERROR_ILLEGAL_ADDRESS|illegal memory)/,
    },
  ],
  fatal: true,
  means:
    "DeepGEMM's descriptor set-up is the first call after a kernel that accessed memory illegally; seen on B200 and B300 during graph capture.",
  remedies: [
    { text: "Use CUTLASS for FP8 matrix products on SGLang", command: "--fp8-gemm-backend cutlass" },
    { text: "Turn DeepGEMM off on SGLang", command: "SGLANG_ENABLE_JIT_DEEPGEMM=0" },
    { text: "Turn DeepGEMM off on vLLM", command: "VLLM_USE_DEEP_GEMM=0" },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/25551"],
};
