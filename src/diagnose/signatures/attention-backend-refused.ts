import type { Signature } from "../signature.ts";

export const attentionBackendRefused: Signature = {
  id: "attention-backend-refused",
  class: "unsupported-backend",
  title: "The attention backend cannot serve this shape",
  level: "cause",
  specificity: 42,
  clues: [
    {
      has: [
        "layers/attention/",
        "attention/backends/",
        "flashinfer/decode.py",
        "flashinfer/prefill.py",
        "flashinfer/mla.py",
        "attention/layer.py",
        "sgl_kernel/",
        "flash_attn/",
        "flash_mla/",
        "vllm_flash_attn",
        "fused_moe/",
        "flashinfer/fused_moe",
      ],
      match:
        /^File "[^"]{1,400}(?:layers\/attention|attention\/backends|flashinfer|sgl_kernel|flash_attn|flash_mla|vllm_flash_attn|fused_moe)[^"]{0,200}", line \d+, in /,
      near: {
        match:
          /^(?:(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception)\b.{0,300}(?:must be|but got|[Ee]xpected|should be|require|support|not implement|[Ii]nvalid|must equal|divisible|only )|NotImplementedError)(?!.{0,200}(?:CUDA error|out of memory|illegal))/,
        within: 8,
        side: "after",
      },
    },
  ],
  means: "The backend's kernel asserts a shape, a head count or a type that this model, split this way, does not have.",
  remedies: [
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Split over fewer GPUs, so that more heads stay on each", command: "--tensor-parallel-size 4" },
    { text: "Exclude this cell from the matrix, if the engine does not support it by design" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/6096"],
};
