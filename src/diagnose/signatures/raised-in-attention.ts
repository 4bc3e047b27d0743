import type { Signature } from "../signature.ts";

export const raisedInAttention: Signature = {
  id: "raised-in-attention",
  class: "attention-metadata",
  title: "An error inside the attention backend",
  level: "cause",
  specificity: 38,
  clues: [
    {
      has: [
        "layers/attention/",
        "attention/backends/",
        "flashinfer/decode.py",
        "flashinfer/prefill.py",
        "flashinfer/mla.py",
        "attention/layer.py",
      ],
      match: /^File "[^"]{1,400}(?:layers\/attention|attention\/backends|flashinfer)\/[^"]{0,200}", line \d+, in /,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:must be|but got|[Ee]xpected|should be|require|support|CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 8,
        side: "after",
      },
    },
  ],
  means: "The exception was raised by the attention backend, which found the batch or its metadata other than it expects.",
  remedies: [
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/28993"],
};
