import { SPECIFICITY, type Signature } from "../signature.ts";

export const sglangChildFailed: Signature = {
  id: "sglang-child-failed",
  class: "worker-died",
  title: "A child process of SGLang failed",
  level: "symptom",
  specificity: SPECIFICITY.wrapper,
  engines: ["sglang"],
  clues: [
    {
      has: [
        "Received sigquit from a child",
        "Scheduler hit an exception",
        "Scheduler or DataParallelController",
        "DataParallelController hit an exception",
        "TpModelWorkerClient hit an exception",
        "Initialization failed. warmup error",
        "DetokenizerManager hit an exception",
        "TokenizerManager hit an exception",
        "SIGQUIT received. signum",
        "Child process unexpectedly failed",
        "detokenizer process died",
      ],
    },
    { has: ["scheduler is dead", "scheduler died during initialization", "Some scheduler processes died"], match: /[Ss]cheduler/ },
    { has: "crashed with exit code" },
  ],
  fatal: true,
  means: "The parent only reports that a scheduler or worker process ended; the cause stands in that process's lines above.",
  remedies: [{ text: "Look at the first traceback above" }],
  sources: ["https://github.com/sgl-project/sglang/issues/32021"],
};
