import { SPECIFICITY, type Signature } from "../signature.ts";

export const cudaLaunchFailure: Signature = {
  id: "cuda-launch-failure",
  class: "illegal-memory-access",
  title: "A CUDA kernel crashed",
  level: "cause",
  specificity: SPECIFICITY.general,
  clues: [
    {
      has: [
        "CUDA error: unspecified launch failure",
        "CUDA error: misaligned address",
        "cudaErrorMisalignedAddress",
        "cudaErrorLaunchFailure",
        "CUDA_ERROR_LAUNCH_FAILED",
        "CUDA_ERROR_MISALIGNED_ADDRESS",
        "misaligned address was encountered",
      ],
    },
    {
      has: [
        "unspecified launch failure",
        "an illegal instruction was encountered",
        "cudaErrorIllegalInstruction",
        "CUDA_ERROR_ILLEGAL_INSTRUCTION",
        "cudaErrorHardwareStackError",
        "invalid program counter",
      ],
    },
    { has: "[CUDA]:", match: /Triton Error \[CUDA\]: (?:misaligned address|unspecified launch failure|an illegal instruction)/ },
  ],
  fatal: true,
  means:
    "A kernel crashed on the GPU: a misaligned access, an illegal instruction, or a fault CUDA does not name. Kernels compiled for another architecture do this too.",
  remedies: [
    { text: "Make CUDA report at the failing call", command: "CUDA_LAUNCH_BLOCKING=1" },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Turn DeepGEMM off on vLLM", command: "VLLM_USE_DEEP_GEMM=0" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/18045",
    "https://github.com/vllm-project/vllm/issues/39761",
    "https://github.com/sgl-project/sglang/issues/9188",
  ],
};
