import { SPECIFICITY, type Signature } from "../signature.ts";

export const attentionMetadataLookup: Signature = {
  id: "attention-metadata-lookup",
  class: "attention-metadata",
  title: "A layer found no attention metadata",
  level: "cause",
  specificity: SPECIFICITY.component,
  clues: [
    {
      has: "KeyError: ",
      match: /^KeyError: '(?:language_model\.)?model\.[\w.]{0,80}attn[\w.]{0,40}'/,
      unless: /\.(?:weight|bias|\w{0,20}scale\w{0,10}|qweight|qzeros|g_idx)'/,
    },
    {
      has: [
        "assert attn_metadata",
        "attn_metadata is None",
        "attn_metadata is not None",
        "forward_metadata is not None",
        "assert self.forward_metadata",
        "attn_metadata must be",
      ],
    },
    {
      has: "attn_metadata",
      match:
        /^(?:AssertionError|RuntimeError|ValueError|TypeError|AttributeError|UnboundLocalError|NameError|KeyError): .{0,200}(?:attn_metadata|attention metadata)/i,
    },
    {
      has: [
        "cu_seqlens_q must have",
        "cu_seqlens_k must have",
        "cu_seqlens must have",
        "max_seqlen_q must",
        "paged_kv_indptr must",
        "kv_indptr must",
        "qo_indptr must",
        "qo_indptr[-1]",
        "seqused_k must",
        "block_table must",
        "page_table must",
      ],
    },
    { has: "The size of indptr", match: /^\w+Error: / },
    {
      has: [
        "PrefillSplitQOKVIndptr",
        "DecodePlan",
        "PrefillPlan",
        "specified in plan function",
        "decode_wrapper",
        "prefill_wrapper",
        "kv_indptr",
        "qo_indptr",
        "kv_last_page_len",
        "metadata_expand",
        "page_table.shape",
        "cache_seqlens",
      ],
      match: /^(?:\w{1,40}\.){0,6}\w{0,60}(?:Error|Exception)[:,] /,
      unless: /not support|only support|out of memory|illegal|CUDA error|nvcc|compil/i,
    },
  ],
  means: "A layer asked for the metadata of this step and there was none, or its lengths did not fit.",
  remedies: [
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/28993", "https://github.com/sgl-project/sglang/issues/3594"],
};
