import type { Signature } from "../signature.ts";

export const customAllReduceOff: Signature = {
  id: "custom-all-reduce-off",
  class: "healthy",
  title: "Custom all-reduce is off",
  level: "note",
  specificity: 1,
  clues: [
    {
      has: [
        "Custom allreduce is disabled because",
        "custom allreduce is disabled",
        "Custom all-reduce is disabled",
        "Setup Custom allreduce failed",
      ],
    },
  ],
  means: "The engine uses NCCL for all-reduce on this topology; slower, not wrong.",
  remedies: [],
  sources: ["https://github.com/vllm-project/vllm/issues/9046"],
};
