import type { Signature } from "../signature.ts";

export const requestsPreempted: Signature = {
  id: "requests-preempted",
  class: "healthy",
  title: "Requests were pushed out of the KV cache",
  level: "note",
  specificity: 1,
  clues: [
    {
      has: ["KV cache pool is full. Retract requests", "is preempted by PreemptionMode", "preempted by PreemptionMode", "Retract requests"],
    },
  ],
  means: "More was in flight than the cache holds; throughput of such a run cannot be compared.",
  remedies: [{ text: "Run fewer sequences at once", axes: { "max-sequences": "64" } }],
  sources: ["https://github.com/vllm-project/vllm/issues/9046"],
};
