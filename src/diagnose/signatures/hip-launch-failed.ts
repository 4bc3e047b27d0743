import { SPECIFICITY, type Signature } from "../signature.ts";

export const hipLaunchFailed: Signature = {
  id: "hip-launch-failed",
  class: "unsupported-backend",
  title: "A ROCm kernel could not be launched",
  level: "cause",
  specificity: SPECIFICITY.general,
  clues: [{ has: ["fail to call hipModuleLaunchKernel", "fail to call hipModuleLoad", "fail to call hipModuleGetFunction"] }],
  fatal: true,
  means: "AITER chose an assembled kernel that this GPU, this shape or this ROCm cannot launch.",
  remedies: [
    { text: "Do without AITER on SGLang", command: "SGLANG_USE_AITER=0" },
    { text: "Do without AITER on vLLM", command: "VLLM_ROCM_USE_AITER=0" },
    { text: "Use the AITER that belongs to the installed ROCm" },
  ],
  sources: ["https://github.com/ROCm/aiter/issues/1220", "https://github.com/ROCm/aiter/issues/1332"],
};
