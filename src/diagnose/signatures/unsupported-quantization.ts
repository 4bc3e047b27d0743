import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const unsupportedQuantization: Signature = {
  id: "unsupported-quantization",
  class: "unsupported-quantization",
  title: "The quantisation is not supported here",
  level: "cause",
  specificity: 77,
  clues: [
    raises(
      /[Qq]uanti[sz]|\bAWQ|\bGPTQ|[Mm]arlin|bitsandbytes|BitsAndBytes|NVFP4|nvfp4|MXFP4|mxfp4|[Mm]odel[Oo]pt|compressed[-_]tensors|\bFP8\b|\bfp8|fp8e4|Float8|quark|torchao|GGUF|gguf|qweight|group_size|b_scales|[Ww]eight (?:output|input)_(?:size|partition)\w{0,20}|W8A8|w8a8|W4A|INT4|int4|INT8|int8|weight_scale/,
      /nknown|nvalid|not support|nsupported|only support|does not match|not divisible|not aligned|not implemented|not found in the model config|Cannot find the config file|[Mm]in(?:imum)? capability|compatible scheme|lease install|must be divisible|misaligned|cannot be used|not compatible|incompatible|not currently supported|doesn't support|not available|No valid|requires? /,
      {
        unless:
          /^(?:ImportError|ModuleNotFoundError)|attention backend|head_?size|head_?dim|architectures? \[|kv[-_ ]?cache|No module named|cuda graph|DeepGEMM|Unknown recipe|no attribute|\bin \w{1,20} backend|_backend=/i,
      },
    ),
    {
      has: [
        "assert param_data.shape == loaded_weight.shape",
        "assert param.data.shape == loaded_weight.shape",
        "assert self.quant_method is not None",
        "assert self.quant_method",
        "assert layer.weight_scale",
        "assert weight_scale",
        "in verify_marlin_supported",
        "get_quant_method",
        "check_marlin",
        "_verify_quantization",
      ],
      near: { match: /^(?:AssertionError|ValueError|KeyError|AttributeError|NotImplementedError|TypeError)/, within: 14, side: "after" },
    },
    {
      has: [
        "is not supported for the current GPU. Minimum capability",
        "does not match the quantization method specified in the `quantization` argument",
        "The input size is not aligned with the quantized weight shape",
        "The output size is not aligned with the quantized weight shape",
        "is not divisible by weight quantization block_n",
        "is not divisible by weight quantization block_k",
        "not supported in this architecture. The supported fp8 dtypes",
        "No compiled nvfp4",
        "No compiled cutlass_scaled_fp4",
        "input_size_per_partition",
        "output_size_per_partition",
        "intermediate_size_per_partition",
      ],
      match: /not aligned|not divisible|Minimum capability|does not match|not supported|No compiled|divisible/,
    },
    {
      has: "KeyError: ",
      match:
        /^KeyError: '[\w.]{0,200}(?:absmax|quant_map|qweight|qzeros|scales|g_idx|weight_scale|input_scale|weight_scale_inv|weight_packed)'/,
    },
    {
      has: "has no attribute",
      match:
        /^AttributeError: '\w{1,60}' object has no attribute '\w{0,40}(?:weight_scale|qweight|qzeros|scales|g_idx|weight_packed|input_scale)\w{0,20}'/,
    },
  ],
  means: "The checkpoint's quantisation, its group size, or its split over the GPUs has no kernel in this engine on this GPU.",
  remedies: [
    { text: "Serve the model without quantisation", axes: { quantization: "auto" } },
    { text: "Split over fewer GPUs, so that the groups stay whole", command: "--tensor-parallel-size 1" },
    { text: "Take a checkpoint quantised for this GPU generation" },
    { text: "Upgrade the engine", command: "pip install --upgrade vllm" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/4897", "https://github.com/vllm-project/vllm/issues/17569"],
};
