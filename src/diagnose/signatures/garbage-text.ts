import type { Signature } from "../signature.ts";

export const garbageText: Signature = {
  id: "garbage-text",
  class: "numeric-garbage",
  title: "The answers are garbage",
  level: "cause",
  specificity: 82,
  clues: [
    {
      has: ["!!!!!!!!!!!!", "++++++++++++++++", "????????????????", "GGGGGGGGGGGGGGGG", "0000000000000000000000000000000"],
      match:
        /(?:text|content|output|generated|response|completion|answer|Generated|Output|prompt|Prompt|choices|token_ids).{0,200}(?:!{12}|\+{16}|\?{16}|G{16}|0{31})/i,
      unless: /Segfault/,
    },
    {
      has: [
        "garbage output",
        "gibberish",
        "garbled",
        "nonsensical output",
        "all exclamation marks",
        "repeated exclamation",
        "degenerate output",
        "numeric garbage",
        "repeats one character",
        "accuracy collapsed",
        "token id 0 repeatedly",
      ],
      unless: /INFO.{0,60}route/,
    },
    {
      has: ["accuracy", "Accuracy", "exact_match", "score: "],
      match:
        /AssertionError: .{0,80}(?:accuracy|score|gsm8k|GSM8K|Accuracy)|^AssertionError: 0\.0\d* not (?:greater|>=)|(?:[Aa]ccuracy|[Ss]core|exact_match)\W{1,6}0\.0\d{0,4}\b/,
    },
  ],
  anyLevel: true,
  means: "One token repeats, or the text makes no sense, which is what argmax of NaN or broken scales look like.",
  remedies: [
    { text: "Keep the KV cache in the model's own type", axes: { "kv-cache-dtype": "auto" } },
    { text: "Serve the model without quantisation", axes: { quantization: "auto" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/13035",
    "https://github.com/vllm-project/vllm/issues/23702",
    "https://github.com/sgl-project/sglang/issues/24321",
  ],
};
