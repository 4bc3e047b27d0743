import type { Signature } from "../signature.ts";

export const tritonOutOfResources: Signature = {
  id: "triton-out-of-resources",
  class: "jit-compile",
  title: "A Triton kernel needs more shared memory than the GPU has",
  level: "cause",
  specificity: 72,
  clues: [
    { has: ["out of resource: shared memory", "OutOfResources", "out of resource: threads", "out of resource: tensor memory"] },
    { has: "Shared memory requirement", match: /exceed/ },
  ],
  means: "The kernel's tile configuration was chosen for another GPU.",
  remedies: [
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Upgrade the engine; tuned configurations are added per GPU" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/triton-lang/triton/issues/8539", "https://github.com/sgl-project/sglang/issues/3933"],
};
