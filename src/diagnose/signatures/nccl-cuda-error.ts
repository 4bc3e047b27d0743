import type { Signature } from "../signature.ts";

export const ncclCudaError: Signature = {
  id: "nccl-cuda-error",
  class: "nccl",
  title: "NCCL met a CUDA error",
  level: "cause",
  specificity: 32,
  clues: [
    { has: ["unhandled cuda error", "ncclUnhandledCudaError"] },
    {
      has: [
        "ncclRemoteError",
        "remote process exited or there was a network error",
        "NCCL communicator was aborted",
        "NCCL Error ",
        "NCCL error in:",
        "DistBackendError",
        "RuntimeError: NCCL error",
        "NCCL operation",
        "ncclCommAbort",
      ],
      match: /(?:NCCL|nccl).{0,120}(?:error|Error|aborted|failed)|DistBackendError|ncclRemoteError/,
      unless: /Watchdog caught|timeout|timed out/,
    },
  ],
  means: "A call of NCCL failed in CUDA or at its peer; when another error stands earlier, that one is the cause.",
  remedies: [
    { text: "Let NCCL say which call failed", command: "NCCL_DEBUG=INFO" },
    { text: "Rule out NVLink SHARP", command: "NCCL_NVLS_ENABLE=0" },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/11054"],
};
