import type { Signature } from "../signature.ts";

export const healthCheckSilent: Signature = {
  id: "health-check-silent",
  class: "collective-hang",
  title: "The scheduler stopped answering health checks",
  level: "symptom",
  specificity: 12,
  engines: ["sglang"],
  clues: [{ has: ["couldn't get a response from detokenizer for last", "Health check failed. Server couldn"] }],
  means: "The server's own health check got no token within its limit; the scheduler is busy, hangs, or has gone.",
  remedies: [
    { text: "Look at what the scheduler printed last" },
    { text: "Compare the stacks of all ranks", command: "py-spy dump --pid <pid>" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/3836"],
};
