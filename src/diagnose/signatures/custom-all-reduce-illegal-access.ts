import { kernelFaultGuide } from "../guide.ts";
import type { Signature } from "../signature.ts";

export const customAllReduceIllegalAccess: Signature = {
  id: "custom-all-reduce-illegal-access",
  class: "illegal-memory-access",
  title: "Custom all-reduce hit an illegal memory access",
  level: "symptom",
  specificity: 62,
  engines: ["vllm", "sglang"],
  clues: [{ has: ["custom_all_reduce", "custom_collective_common", "all_reduce.cuh"], match: /an illegal memory access was encountered/ }],
  fatal: true,
  means:
    "A kernel accessed memory illegally; custom all-reduce registers its buffers after graph capture and is where the sticky error 700 comes to light. Turning it off removes a suspect or moves the detector.",
  remedies: kernelFaultGuide,
  sources: [
    "https://github.com/vllm-project/vllm/issues/20170",
    "https://github.com/vllm-project/vllm/issues/23724",
    "https://github.com/vllm-project/vllm/issues/9308",
  ],
};
