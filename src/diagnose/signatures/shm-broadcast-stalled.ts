import { SPECIFICITY, type Signature } from "../signature.ts";

export const shmBroadcastStalled: Signature = {
  id: "shm-broadcast-stalled",
  class: "collective-hang",
  title: "Workers wait for each other",
  level: "cause",
  specificity: SPECIFICITY.detector,
  engines: ["vllm"],
  clues: [
    { has: "No available shared memory broadcast block found" },
    { has: "shm_broadcast", near: { match: /^TimeoutError/, within: 8, side: "after" } },
  ],
  times: 3,
  anyLevel: true,
  means: "The engine waits for a worker that does not take its next step; harmless while kernels are compiled or tuned, a hang otherwise.",
  remedies: [
    { text: "Look at what the workers printed last" },
    { text: "Do without fused all-reduce on vLLM", command: "-cc.pass_config.fuse_allreduce_rms=false" },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Get the Python stacks of a hung worker", command: "py-spy dump --pid PID" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/39863", "https://github.com/vllm-project/vllm/issues/48071"],
};
