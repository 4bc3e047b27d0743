import { SPECIFICITY, type Signature } from "../signature.ts";

export const compileCacheCorrupt: Signature = {
  id: "compile-cache-corrupt",
  class: "torch-compile",
  title: "The compile cache is damaged",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["vllm"],
  clues: [
    { has: "vLLM failed to compile the model. The most likely reason" },
    {
      has: ["torch_compile_cache", "inductor_cache", "torchinductor_"],
      match: /(?:FileNotFoundError|JSONDecodeError|EOFError|UnpicklingError|BadZipFile|Stale file handle|AssertionError)/,
    },
    { has: "failed to compile the model", match: /cache/ },
  ],
  means: "Files of an earlier, interrupted or different compilation are left in vLLM's cache.",
  remedies: [
    { text: "Delete the cache", command: "rm -rf ~/.cache/vllm/torch_compile_cache" },
    { text: "Give every run its own cache", command: "VLLM_CACHE_ROOT=/tmp/vllm-cache" },
    { text: "Compile without a cache", command: "VLLM_DISABLE_COMPILE_CACHE=1" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/21858",
    "https://github.com/vllm-project/vllm/issues/24915",
    "https://github.com/vllm-project/vllm/issues/18851",
  ],
};
