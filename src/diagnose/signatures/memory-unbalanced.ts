import { SPECIFICITY, type Signature } from "../signature.ts";

export const memoryUnbalanced: Signature = {
  id: "memory-unbalanced",
  class: "gpu-memory-not-free",
  title: "The GPUs of one group are not equally free",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["sglang"],
  clues: [{ has: "memory capacity is unbalanced" }],
  means: "At least one GPU of the tensor-parallel group is partly taken by another process.",
  remedies: [
    { text: "See who holds the GPUs", command: "nvidia-smi --query-compute-apps=pid,gpu_uuid,used_memory --format=csv" },
    { text: "Allow it, if the difference is wanted", command: "SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK=0" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/3786"],
  infra: "A GPU of the group was partly taken by another process.",
};
