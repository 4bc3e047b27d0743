import { SPECIFICITY, type Signature } from "../signature.ts";

export const attentionMetadataAttribute: Signature = {
  id: "attention-metadata-attribute",
  class: "attention-metadata",
  title: "Attention code met metadata of another kind",
  level: "cause",
  specificity: SPECIFICITY.component,
  clues: [
    {
      has: [
        "Metadata' object has no attribute",
        "Metadata object has no attribute",
        "MetadataBuilder' object has no attribute",
        "Metadata.__init__()",
      ],
    },
    {
      has: "has no attribute",
      match:
        /'(?:NoneType|\w{0,40}(?:Wrapper|Backend|AttnBackend|Impl))' object has no attribute '(?:\w{0,40}(?:metadata|wrapper|wrappers|seq_lens|seqlens|cu_seqlens|cu_seqlens_q|page_table|block_tables?|slot_mapping|kv_indptr|kv_indices|qo_indptr|max_seq_len|num_prefills|num_decodes|num_decode_tokens|max_query_len|use_cascade)\w{0,20})'/,
    },
    { has: "MetadataBuilder requires" },
    { has: "MetadataBuilder", match: /^(?:\w+Error): .{0,120}MetadataBuilder/ },
  ],
  means:
    "The attention backend and the batch disagree about which metadata the step carries: prefill against decode, one backend's against another's, or none at all.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/19481",
    "https://github.com/vllm-project/vllm/issues/33546",
    "https://github.com/sgl-project/sglang/issues/12574",
  ],
};
