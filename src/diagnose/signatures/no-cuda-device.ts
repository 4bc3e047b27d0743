import type { Signature } from "../signature.ts";

export const noCudaDevice: Signature = {
  id: "no-cuda-device",
  class: "driver-mismatch",
  title: "The process sees no GPU",
  level: "cause",
  specificity: 49,
  clues: [
    {
      has: [
        "Found no NVIDIA driver on your system",
        "No CUDA GPUs are available",
        "no CUDA-capable device is detected",
        "Failed to infer device type",
        "cudaErrorNoDevice",
        "CUDA_ERROR_NO_DEVICE",
        "invalid device ordinal",
        "Torch not compiled with CUDA enabled",
        "libcuda.so.1: cannot open shared object file",
        "NVML Shared Library Not Found",
        "NVMLError_LibraryNotFound",
        "couldn't communicate with the NVIDIA driver",
        "CUDA unknown error - this may be due to an incorrectly set up environment",
        "cudaErrorUnknown",
        "Can't initialize NVML",
        "CUDA is not available",
        "No accelerator (CUDA",
      ],
      unless: /^INFO/,
    },
  ],
  means: "The driver is missing, hidden, or its devices were taken away from the container.",
  remedies: [
    { text: "Ask the driver", command: "nvidia-smi" },
    { text: "Check which GPUs are visible", command: "echo $CUDA_VISIBLE_DEVICES" },
    { text: "Pass the GPUs to the container", command: "docker run --gpus all" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/8984"],
  infra: "The server process could not see a GPU.",
};
