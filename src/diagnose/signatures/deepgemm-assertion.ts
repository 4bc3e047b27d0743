import type { Signature } from "../signature.ts";

export const deepgemmAssertion: Signature = {
  id: "deepgemm-assertion",
  class: "jit-compile",
  title: "DeepGEMM refused this shape or recipe",
  level: "cause",
  specificity: 64,
  clues: [
    { has: ["Unknown recipe", "Unknown SF transformation", "Unsupported recipe"] },
    { has: ["deep_gemm", "DeepGEMM", "deepgemm"], match: /Assertion error \(|Assertion failed|AssertionError/ },
    { has: "Assertion error (", match: /layout\.hpp|gemm\.hpp|smxx_|sm90_|sm100_|apis\// },
  ],
  means: "DeepGEMM has no kernel recipe for this architecture, layout or scale format.",
  remedies: [
    { text: "Turn DeepGEMM off on vLLM", command: "VLLM_USE_DEEP_GEMM=0" },
    { text: "Turn DeepGEMM off on SGLang", command: "SGLANG_ENABLE_JIT_DEEPGEMM=0" },
    { text: "Use CUTLASS for FP8 on SGLang", command: "--fp8-gemm-backend cutlass" },
  ],
  sources: [
    "https://github.com/deepseek-ai/DeepGEMM/issues/140",
    "https://github.com/vllm-project/vllm/issues/47130",
    "https://github.com/vllm-project/vllm/issues/41855",
  ],
};
