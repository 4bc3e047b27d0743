import { SPECIFICITY, type Signature } from "../signature.ts";

export const forwardCompatibility: Signature = {
  id: "forward-compatibility",
  class: "driver-mismatch",
  title: "CUDA compatibility libraries do not suit this GPU",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    { has: ["forward compatibility was attempted on non supported HW", "cudaErrorCompatNotSupportedOnDevice"] },
    { has: "Error 804" },
  ],
  anyLevel: true,
  means: "The container puts cuda-compat in front of the host's driver library, which this GPU or driver does not allow.",
  remedies: [
    { text: "Take the compatibility libraries out of the path", command: "LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu" },
    { text: "Use an image for the driver's own CUDA version" },
  ],
  sources: ["https://github.com/gpustack/gpustack/issues/1254"],
  infra: "The container's CUDA compatibility libraries do not suit the runner.",
};
