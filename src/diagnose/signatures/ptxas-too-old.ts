import { SPECIFICITY, type Signature } from "../signature.ts";

export const ptxasTooOld: Signature = {
  id: "ptxas-too-old",
  class: "jit-compile",
  title: "The assembler does not know this GPU",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    { has: "ptxas fatal" },
    { has: "is not defined for option", match: /gpu-name|gpu-architecture/ },
    { has: "nvcc fatal" },
    { has: ["PTXASError", "PTXAS error", "Internal Triton PTX codegen error", "`ptxas` failed"] },
    { has: "is not a recognized processor for this target" },
  ],
  fatal: true,
  means: "Triton's bundled ptxas, or the installed nvcc, is older than the GPU's architecture.",
  remedies: [
    { text: "Point Triton to the toolkit's ptxas", command: "TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas" },
    { text: "Upgrade Triton with PyTorch", command: "pip install --upgrade torch triton" },
    { text: "Install a CUDA toolkit that knows this GPU" },
  ],
  sources: [
    "https://github.com/triton-lang/triton/issues/8539",
    "https://github.com/triton-lang/triton/issues/8096",
    "https://github.com/vllm-project/vllm/issues/31338",
  ],
};
