import type { Signature } from "../signature.ts";

export const raisedInWeightLoading: Signature = {
  id: "raised-in-weight-loading",
  class: "unsupported-model",
  title: "An error while the weights were loaded into the model",
  level: "cause",
  specificity: 39,
  clues: [
    {
      has: ["in load_weights", "in weight_loader", "in load_model", "weight_utils.py", "in _load_weights", "default_loader.py"],
      match:
        /^File "[^"]{1,400}", line \d+, in (?:_?load_weights\w{0,40}|weight_loader\w{0,20}|default_weight_loader|load_weights_and_postprocess|_load_module)$/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 8,
        side: "after",
      },
    },
  ],
  means: "The exception was raised while the checkpoint's tensors were copied into the model's parameters.",
  remedies: [
    { text: "Upgrade the engine and Transformers", command: "pip install --upgrade vllm transformers" },
    { text: "Check that checkpoint, quantisation and model class belong together" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/8353"],
};
