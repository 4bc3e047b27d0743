import { SPECIFICITY, type Signature } from "../signature.ts";

export const gpuMemoryInUse: Signature = {
  id: "gpu-memory-in-use",
  class: "gpu-memory-not-free",
  title: "The GPU was not free when the server started",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["vllm"],
  clues: [
    { has: "Free memory on device", match: /on startup is less than desired GPU memory utilization/ },
    { has: "is less than desired GPU memory utilization" },
  ],
  means: "Another process, often a server that was not stopped, holds memory of this GPU.",
  remedies: [
    { text: "See who holds the GPU", command: "nvidia-smi --query-compute-apps=pid,name,used_memory --format=csv" },
    { text: "Ask for less of the GPU", axes: { "gpu-memory": "0.75" } },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/28067"],
  infra: "The GPU's memory was already in use when the server started.",
};
