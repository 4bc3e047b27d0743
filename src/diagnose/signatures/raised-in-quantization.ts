import type { Signature } from "../signature.ts";

export const raisedInQuantization: Signature = {
  id: "raised-in-quantization",
  class: "unsupported-quantization",
  title: "An error inside the quantisation code",
  level: "cause",
  specificity: 41,
  clues: [
    {
      has: ["layers/quantization/", "quantization/utils", "quantizers/"],
      match: /^File "[^"]{1,400}(?:layers\/quantization|quantization\/utils|quantizers)\/[^"]{0,200}", line \d+, in (?!apply\b|forward)/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 8,
        side: "after",
      },
    },
  ],
  means: "The exception was raised while quantised weights were prepared.",
  remedies: [
    { text: "Serve the model without quantisation", axes: { quantization: "auto" } },
    { text: "Upgrade the engine", command: "pip install --upgrade vllm" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/4972"],
};
