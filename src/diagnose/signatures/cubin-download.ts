import type { Signature } from "../signature.ts";

export const cubinDownload: Signature = {
  id: "cubin-download",
  class: "jit-compile",
  title: "Compiled kernels could not be downloaded",
  level: "cause",
  specificity: 74,
  clues: [
    {
      has: [
        "Failed to get cubin",
        "Failed to get file",
        "edge.urm.nvidia.com",
        "Failed to connect to NVIDIA artifactory",
        "Failed to acquire file",
        "cubin download",
        "get_cubin",
      ],
      match: /fail|error|timed out|Max retries|refused/i,
    },
    { has: ["BatchedGemmEnums.h", "flashInferMetaInfo.h", "KernelMetaInfo.h"], match: /No such file|not found/ },
  ],
  means: "FlashInfer fetches compiled kernels and headers on first use, and this machine could not reach them.",
  remedies: [
    { text: "Install the kernels as a package", command: "pip install flashinfer-cubin" },
    { text: "Point to a copy", command: "FLASHINFER_CUBIN_DIR=/path/to/cubins" },
    { text: "Let the runner reach NVIDIA's artifact server" },
  ],
  sources: [
    "https://github.com/flashinfer-ai/flashinfer/issues/2941",
    "https://github.com/flashinfer-ai/flashinfer/issues/1352",
    "https://github.com/vllm-project/vllm/issues/38391",
  ],
  infra: "The runner could not download compiled kernels.",
};
