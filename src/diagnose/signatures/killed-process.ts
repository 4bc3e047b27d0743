import { SPECIFICITY, type Signature } from "../signature.ts";

export const killedProcess: Signature = {
  id: "killed-process",
  class: "host-out-of-memory",
  title: "A process was killed with SIGKILL",
  level: "cause",
  specificity: SPECIFICITY.consequence,
  clues: [
    {
      has: [
        "exit code: -9",
        "exitcode: -9",
        "Exit code: -9",
        "exit code -9",
        "exitcode -9",
        "exit code 137",
        "exited with code 137",
        "exit code: 137",
        "code 137",
        "exitcode=-9",
        "exit code 9.",
        "exitcode=9",
        "signal 9",
        "<Signals.SIGKILL: 9>",
        "died with SIGKILL",
        "SIGKILL (9)",
        "SIGKILL",
      ],
      match: /-9\b|\b137\b|signal 9\b|code[ =]9\b|SIGKILL/,
      unless: /sending|Sending|timeout.{0,40}SIGKILL|will be|escalat/,
    },
    { has: "Killed", match: /^(?:\S{0,80}: line \d+: +\d+ )?Killed(?: |$)/ },
  ],
  means:
    "Something outside the server killed one of its processes; while weights are loaded that is nearly always the memory limit of the host or container.",
  remedies: [
    { text: "Look for the kill in the kernel log", command: "dmesg | grep -i -E 'out of memory|oom'" },
    { text: "Give the host or container more memory" },
    { text: "Load weights one shard at a time", command: "--load-format safetensors" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/32021"],
};
