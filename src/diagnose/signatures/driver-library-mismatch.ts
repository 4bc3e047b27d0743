import { SPECIFICITY, type Signature } from "../signature.ts";

export const driverLibraryMismatch: Signature = {
  id: "driver-library-mismatch",
  class: "driver-mismatch",
  title: "Driver and driver library are of different versions",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    {
      has: [
        "Driver/library version mismatch",
        "driver/library version mismatch",
        "system has unsupported display driver / cuda driver combination",
        "cudaErrorSystemDriverMismatch",
        "API mismatch: the client has the version",
        "nvml error: driver/library",
      ],
    },
    { has: "Error 803" },
  ],
  anyLevel: true,
  means: "The driver was upgraded under a running system, or the container brings another version of its library.",
  remedies: [{ text: "Reboot the node, or reload the driver" }, { text: "Remove the container's own libcuda and libnvidia-ml" }],
  sources: ["https://github.com/gpustack/gpustack/issues/1254"],
  infra: "Driver and driver library on the runner do not match.",
};
