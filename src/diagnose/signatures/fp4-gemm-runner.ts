import type { Signature } from "../signature.ts";

export const fp4GemmRunner: Signature = {
  id: "fp4-gemm-runner",
  class: "cublas-or-cudnn",
  title: "The FP4 matrix product failed",
  level: "cause",
  specificity: 47,
  clues: [
    {
      has: [
        "[FP4 gemm Runner]",
        "Failed to run cutlass FP4",
        "Failed to initialize cutlass FP4",
        "cutlass FP8 gemm",
        "cutlass_gemm_caller",
        "cutlass gemm failed",
        "Failed to run cutlass",
        "Failed to initialize cutlass",
      ],
      match: /fail|error/i,
    },
    // TensorRT-LLM begins every error so.
    { has: "[TensorRT-LLM][ERROR]", match: /gemm|cutlass|cublas/i },
    { has: ["GEMM operation failed", "cutlass error: ", "Error Internal at", "Got cutlass error", "CUTLASS error"] },
  ],
  means: "A CUTLASS product failed to start; the tactic does not suit the shape, or an earlier kernel left an error behind.",
  remedies: [
    { text: "Use another FP4 product on SGLang", command: "--fp4-gemm-backend flashinfer_cudnn" },
    { text: "Skip FlashInfer's autotuning on vLLM", command: "--no-enable-flashinfer-autotune" },
    { text: "Run without CUDA graphs to see the failing call", axes: { eager: "on" } },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/24377",
    "https://github.com/sgl-project/sglang/issues/19404",
    "https://github.com/sgl-project/sglang/issues/32021",
  ],
};
