import type { Signature } from "../signature.ts";

export const workerProcessDied: Signature = {
  id: "worker-process-died",
  class: "worker-died",
  title: "A worker process vanished",
  level: "symptom",
  specificity: 10,
  clues: [
    { has: "died unexpectedly", match: /(?:Worker|worker|rank|Rank|process|EngineCore|actor).{0,120}died unexpectedly/ },
    {
      has: [
        "WorkerProc failed to start",
        "WorkerProc hit an exception",
        "WorkerProc initialization failed",
        "Worker failed with error",
        "Worker process crashed",
        "VllmWorkerProcess died",
        "worker died with exit code",
        "ActorDiedError",
        "The actor died unexpectedly",
        "RayActorError",
        "Worker exit type:",
        "The actor is dead because",
      ],
    },
    // Tidying up after a start that failed: the executor lacks what it never came to make.
    {
      has: ["Executor' object has no attribute", "AsyncLLM' object has no attribute", "MPClient' object has no attribute"],
      match: /^AttributeError: '(?:\w{0,20}Executor|AsyncLLM|\w{0,10}MPClient)' object has no attribute/,
    },
    { has: "MPI_ABORT was invoked on rank" },
    { has: ["Shard process was signaled to shutdown with signal", "Error: ShardCannotStart", "Error: ShardFailed"] },
    { has: "RuntimeError: Cancelled", match: /^RuntimeError: Cancelled$/ },
    { has: ["VllmWorkerProcess pid", "Worker VllmWorker"], match: /died, exit code/ },
  ],
  fatal: true,
  means: "One worker is gone and the executor shuts down; the cause stands in the worker's last lines or in how it ended.",
  remedies: [
    { text: "Look at the last lines of the worker that is named" },
    { text: "Exit code -9 means the memory limit of the host or container, -11 a fault in native code" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/56180"],
};
