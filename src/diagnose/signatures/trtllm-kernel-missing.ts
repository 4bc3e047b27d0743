import { SPECIFICITY, type Signature } from "../signature.ts";

export const trtllmKernelMissing: Signature = {
  id: "trtllm-kernel-missing",
  class: "no-kernel-image",
  title: "No TRT-LLM kernel for this combination",
  level: "cause",
  specificity: SPECIFICITY.component,
  clues: [
    {
      has: [
        "Missing TRTLLM-GEN kernel",
        "Trtllm-gen kernels not found",
        "trtllm-gen kernel not found",
        "No kernel found for the given options",
      ],
    },
  ],
  means: "FlashInfer ships no compiled kernel for this head size, tile, page size and data type.",
  remedies: [
    { text: "Keep the KV cache in the model's own type", axes: { "kv-cache-dtype": "auto" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Change the page size on SGLang", command: "--page-size 64" },
  ],
  sources: [
    "https://github.com/sgl-project/sglang/issues/12347",
    "https://github.com/flashinfer-ai/flashinfer/issues/3511",
    "https://github.com/vllm-project/vllm/issues/48082",
  ],
};
