import type { Signature } from "../signature.ts";

export const terminatedDuringStartup: Signature = {
  id: "terminated-during-startup",
  class: "startup-timeout",
  title: "Stopped from outside before it was ready",
  level: "symptom",
  specificity: 12,
  clues: [
    { has: "KeyboardInterrupt: terminated" },
    {
      has: [
        "SIGTERM received",
        "received SIGTERM",
        "Received SIGTERM",
        "signal_handler",
        "Killing container with id",
        "failed liveness probe",
        "failed startup probe",
      ],
      match: /SIGTERM|liveness probe|startup probe/,
    },
  ],
  startupOnly: true,
  means:
    "Somebody sent SIGTERM while the server was still starting: a liveness probe, a job's time limit, or a script that had waited long enough.",
  remedies: [
    { text: "Let the liveness probe wait until the server is ready, or use a startup probe" },
    { text: "Allow more time", command: "VLLM_ENGINE_READY_TIMEOUT_S=3600" },
    { text: "Warm the caches of weights and compiled kernels beforehand" },
  ],
  sources: [
    "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    "https://github.com/vllm-project/vllm/issues/34399",
  ],
};
