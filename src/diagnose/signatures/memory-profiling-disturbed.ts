import { SPECIFICITY, type Signature } from "../signature.ts";

export const memoryProfilingDisturbed: Signature = {
  id: "memory-profiling-disturbed",
  class: "gpu-memory-not-free",
  title: "Another process changed GPU memory during profiling",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["vllm"],
  clues: [
    { has: "Error in memory profiling", match: /Initial free memory/ },
    { has: "other processes sharing the same container release GPU memory" },
  ],
  means: "Free memory grew while the engine measured its own need, so somebody else was using the GPU.",
  remedies: [
    { text: "Give the job the GPU for itself, and wait for the last server's memory to be released" },
    { text: "See who holds the GPU", command: "nvidia-smi --query-compute-apps=pid,name,used_memory --format=csv" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/10643", "https://github.com/vllm-project/vllm/issues/14376"],
  infra: "Another process used the GPU while the engine profiled it.",
};
