import type { Signature } from "../signature.ts";

export const jitDuringInference: Signature = {
  id: "jit-during-inference",
  class: "healthy",
  title: "A kernel was compiled while serving",
  level: "note",
  specificity: 1,
  clues: [{ has: "Triton kernel JIT compilation during inference" }],
  means: "One request waited for a compilation; warm up with the shapes that will be served.",
  remedies: [],
  sources: ["https://github.com/vllm-project/vllm/issues/36451"],
};
