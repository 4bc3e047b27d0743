import { SPECIFICITY, type Signature } from "../signature.ts";

export const engineCoreFailed: Signature = {
  id: "engine-core-failed",
  class: "worker-died",
  title: "The engine core did not start",
  level: "symptom",
  specificity: SPECIFICITY.wrapper,
  engines: ["vllm"],
  clues: [
    {
      has: [
        "Engine process (pid",
        "Engine process died",
        "Please see the error messages above",
        "Failed to start engine",
        "Engine core initialization failed",
        "EngineCore failed to start",
        "EngineCore encountered a fatal error",
        "EngineCore hit an exception",
        "Engine process failed to start",
        "Failed core proc(s)",
        "Engine core proc EngineCore",
        "Engine core initialization failed",
      ],
    },
    {
      has: [
        "EngineDeadError",
        "AsyncEngineDeadError",
        "MQEngineDeadError",
        "Engine loop has died",
        "AsyncLLM output_handler failed",
        "Background loop has errored already",
        "Engine loop is not running",
      ],
    },
  ],
  fatal: true,
  means: "The front end only reports that its engine process is gone; the cause stands earlier, in that process's own lines.",
  remedies: [
    { text: "Look at the first error above, in the lines of EngineCore and the workers" },
    { text: "See every worker's start-up", command: "VLLM_LOGGING_LEVEL=DEBUG" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/31465"],
};
