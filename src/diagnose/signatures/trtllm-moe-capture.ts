import { SPECIFICITY, type Signature } from "../signature.ts";

export const trtllmMoeCapture: Signature = {
  id: "trtllm-moe-capture",
  class: "illegal-memory-access",
  title: "The TRT-LLM MoE kernel accessed memory illegally",
  level: "cause",
  specificity: SPECIFICITY.component,
  clues: [
    {
      has: ["trtllm_fused_moe_dev_kernel", "trtllm_fused_moe_kernel_launcher", "trtllm_fused_moe_runner", "trtllm_batched_gemm_runner"],
      match: /error|fail|illegal/i,
    },
    { has: "Error occurred when running GEMM!" },
  ],
  fatal: true,
  means:
    "FlashInfer's TRT-LLM MoE kernel, or the cubin family it picked, fails on this GPU; piecewise capture and autotuning are the known triggers.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Skip FlashInfer's autotuning on SGLang", command: "--disable-flashinfer-autotune" },
    { text: "Use another MoE runner on SGLang", command: "--moe-runner-backend triton" },
    { text: "Use the FlashInfer release the engine pins", command: "pip install flashinfer-python==0.6.8.post1" },
  ],
  sources: [
    "https://github.com/sgl-project/sglang/issues/27712",
    "https://github.com/sgl-project/sglang/issues/26715",
    "https://github.com/sgl-project/sglang/issues/25563",
  ],
};
