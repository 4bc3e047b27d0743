import { SPECIFICITY, type Signature } from "../signature.ts";

export const portInUse: Signature = {
  id: "port-in-use",
  class: "port-in-use",
  title: "The port is taken",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    {
      has: [
        "address already in use",
        "Address already in use",
        "EADDRINUSE",
        "is used by a process already",
        "port is already allocated",
        "is already in use",
        "already in use",
        "Only one usage of each socket address",
        "error while attempting to bind on address",
        "No free port",
        "Could not find an available port",
        "failed to listen on any local network address",
      ],
      match:
        /[Aa]ddress already in use|EADDRINUSE|[Pp]ort\b.{0,80}(?:already|in use|used by|allocated|available)|used by a process already|No free port|attempting to bind|failed to listen|socket address|port \d+ is/,
      unless: /trying (?:the )?(?:next|another|port)|using port \d+ instead|Using port|INFO.{0,30}is already in use, trying/,
    },
    { has: "is not available in", match: /at \d{2,5} is not available in \d+ seconds/ },
  ],
  fatal: true,
  means: "Another process listens on a port that the server needs.",
  remedies: [
    { text: "See who listens", command: "ss -ltnp" },
    { text: "Use another port", command: "--port 8001" },
    { text: "Use another port for the workers' rendezvous", command: "MASTER_PORT=29511" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/39015",
    "https://github.com/vllm-project/vllm/issues/11617",
    "https://github.com/vllm-project/vllm/issues/15987",
  ],
  infra: "A port that the server needs was taken by another process.",
};
