import type { Signature } from "../signature.ts";

export const torchTooOldForGpu: Signature = {
  id: "torch-too-old-for-gpu",
  class: "no-kernel-image",
  title: "PyTorch is too old for this GPU",
  level: "cause",
  specificity: 68,
  clues: [
    { has: "is not compatible with the current PyTorch installation" },
    { has: "The current PyTorch install supports CUDA capabilities" },
  ],
  means: "This PyTorch was built before the GPU existed and brings no kernels for it.",
  remedies: [
    {
      text: "Install PyTorch built for CUDA 12.8 or newer",
      command: "pip install torch --index-url https://download.pytorch.org/whl/cu128",
    },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/14452"],
  infra: "The installed PyTorch does not know the runner's GPU.",
};
