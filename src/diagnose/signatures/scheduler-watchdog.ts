import type { Signature } from "../signature.ts";

export const schedulerWatchdog: Signature = {
  id: "scheduler-watchdog",
  class: "collective-hang",
  title: "The scheduler stopped making progress",
  level: "cause",
  specificity: 44,
  engines: ["sglang"],
  clues: [
    {
      has: [
        "watchdog timeout (self.watchdog_timeout",
        "Watchdog timeout (self.watchdog_timeout",
        "Scheduler watchdog timeout",
        "watchdog timeout (",
      ],
    },
  ],
  means: "A forward step did not return within SGLang's watchdog limit; one rank hangs in a collective or a kernel.",
  remedies: [
    { text: "Compare the stacks that the watchdog dumped per rank" },
    { text: "Do without fused all-reduce", command: "--enforce-disable-flashinfer-allreduce-fusion" },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Allow slower steps", command: "--watchdog-timeout 1200" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/29073", "https://github.com/sgl-project/sglang/issues/3836"],
};
