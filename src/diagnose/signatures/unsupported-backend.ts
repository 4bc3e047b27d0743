import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const unsupportedBackend: Signature = {
  id: "unsupported-backend",
  class: "unsupported-backend",
  title: "The chosen backend cannot serve this configuration",
  level: "cause",
  specificity: 75,
  clues: [
    raises(
      /backend|head[_ ]?(?:dim|size)|max_frags_z|Flash ?Attention|flash_attn|FlashInfer|flashinfer|FlashMLA|flashmla|CUTLASS|cutlass|TRTLLM|trtllm|TllmGen|compute capability|device_capability|page[_ ]size|block[_ ]size|sliding window|attention sink|xformers|\b[Ss][Mm]_?\d{2,3}|Blackwell|Hopper|DeepEP|deepep|mamba|GPU architecture|current GPU|this GPU|this device|this platform/,
      /not support|nsupported|only support|only be|not valid for|No valid|not compatible|incompatible|requires?\b|must be|not available|isn't supported|not implemented|cannot be (?:used|enabled)|does not work|doesn't support|nvalid|not enabled|<= arch|need|Unknown|Only .{0,160}(?:is|are) supported|cannot (?:use|run)/,
      {
        unless:
          /^(?:ImportError|ModuleNotFoundError)|CUDAGraphMode|cudagraph|No module named|architectures? \[|[Qq]uanti[sz]ation (?:method|scheme)|Unknown quanti|illegal memory|out of memory|CUDA error|NCCL|max_num_batched_tokens|max_model_len|tensor[_ ]parallel[_ ]size|cubin|custom code|does not recognize|validation error|not divisible|Missing TRTLLM|kernel not found|kernels not found|Please install|no attribute|shared object|undefined symbol|nvcc|ninja|JIT|TVM|cuDNN|CUDNN|Watchdog|timed? ?out/i,
      },
    ),
    { has: ["Selected backend ", "is not valid for this configuration. Reason"], match: /is not valid/ },
    {
      has: [
        "FlashAttention only supports Ampere GPUs or newer",
        "FlashAttention-3 only supports",
        "FA3 is only supported",
        "FlashMLA is not supported",
        "flash attention 3 ",
        "got headDimPerCtaV",
        "assert Lq in {",
        "NUM_MMA_Q=",
        "failed to dispatch",
        "UVA is not available",
        "VariableLengthMergeStates",
        "cascade.cuh",
        "cutlass_sm100",
        "sparse not supported",
        "unsupported by the selected backend",
      ],
      match: /only support|not supported|Unsupported|unsupported|Error|error|Expect|assert|Invalid|failed to dispatch|not available/,
    },
    { has: "Bfloat16 is only supported on GPUs" },
    { has: "CUDA error (", match: /^CUDA error \([^)]{0,300}(?:flash|attention|attn|gemm|cutlass|moe)[^)]{0,200}\): invalid argument/ },
  ],
  means:
    "The backend was asked for something its kernels cannot do on this GPU: a head size, a page size, a data type or a combination of features.",
  remedies: [
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Keep the KV cache in the model's own type", axes: { "kv-cache-dtype": "auto" } },
    { text: "Exclude this cell from the matrix, if the engine does not support it by design" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/30214",
    "https://github.com/vllm-project/vllm/issues/40677",
    "https://github.com/sgl-project/sglang/issues/24714",
    "https://github.com/sgl-project/sglang/issues/35080",
  ],
};
