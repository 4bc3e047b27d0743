import type { Signature } from "../signature.ts";

export const freeMemoryReport: Signature = {
  id: "free-memory-report",
  class: "healthy",
  title: "The engine reports its memory budget",
  level: "note",
  specificity: 1,
  clues: [{ has: "Free memory on device", match: /on startup\. Desired GPU memory utilization is/ }],
  means: "Printed on every successful start, with a suggestion for the KV cache's size.",
  remedies: [],
  sources: ["https://github.com/vllm-project/vllm/issues/28067"],
};
