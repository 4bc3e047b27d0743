import { SPECIFICITY, type Signature } from "../signature.ts";

export const deviceSideAssert: Signature = {
  id: "device-side-assert",
  class: "illegal-memory-access",
  title: "An assertion failed inside a CUDA kernel",
  level: "cause",
  specificity: SPECIFICITY.general,
  clues: [
    { has: "device-side assert triggered" },
    { has: "index out of bounds", match: /Assertion .{0,200}index out of bounds|index out of bounds.{0,80}failed/ },
    { has: "cudaErrorAssert" },
  ],
  fatal: true,
  means:
    "A kernel checked an index and found it out of range; a token id beyond the vocabulary or a position beyond the table is the usual reason.",
  remedies: [
    { text: "Make CUDA report at the failing call", command: "CUDA_LAUNCH_BLOCKING=1" },
    { text: "Check that tokenizer, vocabulary size and maximum length belong to the model" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/5060", "https://github.com/sgl-project/sglang/issues/1953"],
};
