import type { Signature } from "../signature.ts";

export const attentionMetadataBuild: Signature = {
  id: "attention-metadata-build",
  class: "attention-metadata",
  title: "Building attention metadata failed",
  level: "cause",
  specificity: 66,
  clues: [
    {
      has: [
        "init_forward_metadata",
        "in build_attn_metadata",
        "in _build_attention_metadata",
        "in build_for_cudagraph_capture",
        "in build_for_drafting",
        "_forward_metadata_",
        "in fast_decode_plan",
        "in _init_cudagraph_metadata",
        "in build_decode_metadata",
        "in prepare_metadata",
      ],
      match:
        /^File "[^"]{1,400}", line \d+, in \w{0,20}(?:init_forward_metadata|build_attn_metadata|_build_attention_metadata|build_for_|_forward_metadata_|fast_decode_plan|_init_cudagraph_metadata|build_decode_metadata|prepare_metadata)/,
      near: {
        match:
          /^(?:RuntimeError|ValueError|TypeError|AttributeError|IndexError|KeyError|AssertionError|UnboundLocalError|NotImplementedError)\b(?!.{0,200}(?:CUDA|out of memory|NCCL|not supported|only support))/,
        within: 14,
        side: "after",
      },
    },
    {
      has: ["attention/backends/", "layers/attention/"],
      match:
        /^File "[^"]{1,400}attention\/[^"]{1,200}", line \d+, in (?:build|plan|_plan|__post_init__|call_begin_forward|update_single_wrapper|update)$/,
      near: {
        match:
          /^(?:RuntimeError|ValueError|TypeError|AttributeError|IndexError|KeyError|AssertionError|UnboundLocalError)\b(?!.{0,200}(?:CUDA|out of memory|NCCL|not supported|only support))/,
        within: 10,
        side: "after",
      },
    },
  ],
  means:
    "The shapes or counts from which the attention backend builds its metadata contradict each other; graph capture and speculative decoding are where that happens.",
  remedies: [
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/4536", "https://github.com/vllm-project/vllm/issues/28993"],
};
