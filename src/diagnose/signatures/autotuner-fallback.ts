import type { Signature } from "../signature.ts";

export const autotunerFallback: Signature = {
  id: "autotuner-fallback",
  class: "healthy",
  title: "The autotuner skipped a tactic",
  level: "note",
  specificity: 1,
  clues: [
    {
      has: ["[Autotuner]: OOM detected, falling back", "[Autotuner]: Skipping tactic", "Skipping tactic", "falling back to default tactic"],
    },
  ],
  means: "A tactic did not fit or did not run and was left out of the search.",
  remedies: [],
  sources: ["https://github.com/vllm-project/vllm/issues/46083"],
};
