import { SPECIFICITY, type Signature } from "../signature.ts";

export const cudaGraphCaptureFailed: Signature = {
  id: "cuda-graph-capture-failed",
  class: "cuda-graph-capture",
  title: "CUDA graph capture failed",
  level: "cause",
  specificity: SPECIFICITY.detector,
  clues: [
    {
      has: [
        "Capture cuda graph failed",
        "Capture CUDA graph failed",
        "CUDA graph capture failed",
        "Cuda graph capture failed",
        "Piecewise CUDA Graph failed with error",
        "Fail when using backend:",
        "Capture prefill CUDA graph failed",
        "failed to capture CUDA graph",
        "Failed to capture CUDA graph",
        "Failed to capture cudagraph",
        "failed during CUDA graph capture",
        "Error during CUDA graph capture",
        "Capture draft CUDA graph failed",
        "Exception: Capture cuda graph failed",
        "Error capturing CUDA graph",
      ],
    },
  ],
  fatal: true,
  means: "Capturing the model into CUDA graphs failed; the text after the colon, where there is one, is the cause.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Leave more memory for the graphs on SGLang", command: "--mem-fraction-static 0.8" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: [
    "https://github.com/sgl-project/sglang/issues/27811",
    "https://github.com/sgl-project/sglang/issues/3254",
    "https://github.com/sgl-project/sglang/issues/12796",
  ],
};
