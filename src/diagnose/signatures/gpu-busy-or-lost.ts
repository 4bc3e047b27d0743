import type { Signature } from "../signature.ts";

export const gpuBusyOrLost: Signature = {
  id: "gpu-busy-or-lost",
  class: "gpu-memory-not-free",
  title: "The GPU is busy or unavailable",
  level: "cause",
  specificity: 68,
  clues: [
    {
      has: [
        "is/are busy or unavailable",
        "cudaErrorDevicesUnavailable",
        "all CUDA-capable devices are busy",
        "CUDA_ERROR_DEVICE_UNAVAILABLE",
      ],
    },
  ],
  means: "The GPU is in exclusive mode and held by another process, or it was lost.",
  remedies: [
    { text: "See who holds the GPU", command: "nvidia-smi --query-compute-apps=pid,name --format=csv" },
    { text: "Check the compute mode", command: "nvidia-smi -q -d COMPUTE" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/18577"],
  infra: "The GPU was held by another process or lost.",
};
