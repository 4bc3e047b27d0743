import { SPECIFICITY, type Signature } from "../signature.ts";

export const cudaGraphMarkCaptureEnd: Signature = {
  id: "cuda-graph-mark-capture-end",
  class: "cuda-graph-capture",
  title: "Capture bookkeeping of PyTorch failed",
  level: "cause",
  specificity: SPECIFICITY.exact,
  engines: ["sglang"],
  clues: [{ has: "num_active_captures_ > 0 INTERNAL ASSERT FAILED" }, { has: "markCaptureEnd" }],
  fatal: true,
  means: "Breakable graph capture ended a capture that PyTorch does not know of; seen with DFLASH speculative decoding.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/35437"],
};
