import type { Signature } from "../signature.ts";

export const driverTooOld: Signature = {
  id: "driver-too-old",
  class: "driver-mismatch",
  title: "The driver is older than the CUDA that is used",
  level: "cause",
  specificity: 85,
  clues: [
    {
      has: [
        "The NVIDIA driver on your system is too old",
        "CUDA driver version is insufficient",
        "cudaErrorInsufficientDriver",
        "provided PTX was compiled with an unsupported toolchain",
        "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
        "cudaErrorUnsupportedPtxVersion",
        "requirement error: unsatisfied condition: cuda",
        "unsatisfied condition: driver",
        "driver version is too old",
        "cudaErrorCallRequiresNewerDriver",
      ],
    },
    { has: "API call is not supported in the installed CUDA driver" },
  ],
  anyLevel: true,
  means: "The installed driver cannot run code built for this CUDA version.",
  remedies: [
    { text: "Upgrade the driver: CUDA 12.8 needs 570 or newer, CUDA 13 needs 580 or newer" },
    { text: "Use the compatibility libraries on vLLM", command: "VLLM_ENABLE_CUDA_COMPATIBILITY=1" },
    { text: "Use wheels or an image for an older CUDA" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/28305"],
  infra: "The runner's driver is older than the CUDA version in use.",
};
