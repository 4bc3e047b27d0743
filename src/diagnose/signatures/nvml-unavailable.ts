import type { Signature } from "../signature.ts";

export const nvmlUnavailable: Signature = {
  id: "nvml-unavailable",
  class: "driver-mismatch",
  title: "NVIDIA's management library refuses to answer",
  level: "cause",
  specificity: 47,
  clues: [
    { has: "NVML_SUCCESS == ", match: /INTERNAL ASSERT FAILED/ },
    { has: "NVMLError", match: /^(?:\w{1,40}\.){0,6}NVMLError(?:_\w{1,40})?(?:: |$)/ },
  ],
  means:
    "The engine asked the driver's management library about a GPU and got an error: no access from the container, a driver of another version, or a platform without it.",
  remedies: [
    { text: "See whether it answers at all", command: "nvidia-smi" },
    { text: "Give the container the driver's utilities", command: "NVIDIA_DRIVER_CAPABILITIES=compute,utility" },
    { text: "Restart the container after a driver update" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/32559"],
};
