import type { Signature } from "../signature.ts";

export const nativeCrash: Signature = {
  id: "native-crash",
  class: "worker-died",
  title: "Native code crashed",
  level: "cause",
  specificity: 20,
  clues: [
    {
      has: [
        "Segmentation fault",
        "Segfault encountered",
        "SIGSEGV",
        "exit code: -11",
        "exitcode: -11",
        "exitcode -11",
        "exit code -11",
        "signal 11",
      ],
      unless: /handler|signal\.SIGSEGV/,
    },
    { has: ["Fatal Python error: ", "SIGABRT received", "exit code: -6", "exitcode: -6", "exit code -6"], unless: /Bus error/ },
  ],
  means:
    "A process of the server ended by a fault in native code. Unless an error stands above it, only a stack of the native frames says more.",
  remedies: [
    { text: "See the Python frames at the fault", command: "PYTHONFAULTHANDLER=1" },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/50147"],
};
