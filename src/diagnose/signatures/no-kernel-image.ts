import type { Signature } from "../signature.ts";

export const noKernelImage: Signature = {
  id: "no-kernel-image",
  class: "no-kernel-image",
  title: "The build has no kernels for this GPU",
  level: "cause",
  specificity: 76,
  clues: [
    {
      has: [
        "no kernel image is available for execution",
        "cudaErrorNoKernelImageForDevice",
        "CUDA_ERROR_NO_BINARY_FOR_GPU",
        "device kernel image is invalid",
        "CUDA_ERROR_INVALID_IMAGE",
        "cudaErrorInvalidKernelImage",
        "named symbol not found",
        "invalid device function",
        "cudaErrorInvalidDeviceFunction",
        "No compiled cutlass_scaled_mm for",
        "No compiled get_cutlass",
        "not compiled for this architecture",
        "was not compiled for this GPU",
        "not compiled with support for",
        "not compiled with sm",
        "kernel not compiled for",
      ],
    },
    {
      has: [
        "Arch conditional MMA instruction",
        "Attempting to use SM90",
        "Attempting to use SM100",
        "This kernel only supports sm",
        "FATAL: kernel `",
        "No kernel found for sm",
        "Unsupported gpu architecture",
        "unsupported GPU architecture",
      ],
      unless: /nvcc fatal/,
    },
  ],
  means: "The installed wheel or image was not built for this GPU's compute capability.",
  remedies: [
    {
      text: "Install PyTorch built for CUDA 12.8 or newer on Blackwell",
      command: "pip install torch --index-url https://download.pytorch.org/whl/cu128",
    },
    { text: "Use the engine's image for this GPU generation, or build with TORCH_CUDA_ARCH_LIST set to it" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/20193",
    "https://github.com/vllm-project/vllm/issues/16336",
    "https://github.com/vllm-project/vllm/issues/30855",
  ],
  infra: "The installed build has no kernels for the runner's GPU.",
};
