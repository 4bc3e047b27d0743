import type { Signature } from "../signature.ts";

export const hubLookupRetried: Signature = {
  id: "hub-lookup-retried",
  class: "healthy",
  title: "A look-up on the hub failed and was done without",
  level: "note",
  specificity: 1,
  clues: [{ has: ["Error retrieving safetensors", "Error retrieving file list", "Error retrieving config"] }],
  means: "vLLM asks the hub for details it can do without; with a local path or offline it prints an ERROR and goes on.",
  remedies: [],
  sources: ["https://github.com/vllm-project/vllm/issues/9152"],
};
