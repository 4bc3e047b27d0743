import type { Signature } from "../signature.ts";

export const tooFewGpus: Signature = {
  id: "too-few-gpus",
  class: "bad-argument",
  title: "More GPUs were asked for than there are",
  level: "cause",
  specificity: 74,
  clues: [
    {
      has: [
        "is larger than the number of available GPUs",
        "Not enough GPUs",
        "Not enough available GPUs",
        "than the total number of available GPUs",
        "world_size is larger than",
        "insufficient GPUs",
        "The number of required GPUs exceeds",
        "Current node has no GPU available",
        "placement group specified more",
      ],
    },
  ],
  means: "The parallel sizes multiply to more GPUs than this machine, or its job, has.",
  remedies: [
    { text: "Use as many as there are", command: "--tensor-parallel-size 1" },
    { text: "Check which GPUs are visible", command: "nvidia-smi -L" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/8984"],
};
