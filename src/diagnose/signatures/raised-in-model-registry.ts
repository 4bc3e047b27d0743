import type { Signature } from "../signature.ts";

export const raisedInModelRegistry: Signature = {
  id: "raised-in-model-registry",
  class: "unsupported-model",
  title: "An error while the model class was looked up",
  level: "cause",
  specificity: 35,
  clues: [
    {
      has: [
        "models/registry.py",
        "model_executor/model_loader/utils.py",
        "model_loader/utils.py",
        "auto_factory.py",
        "configuration_auto.py",
        "configuration_utils.py",
        "transformers_utils/config.py",
        "hf_transformers_utils.py",
      ],
      match:
        /^File "[^"]{1,400}(?:registry|model_loader\/utils|auto_factory|configuration_auto|configuration_utils|transformers_utils\/config|hf_transformers_utils)\.py", line \d+, in /,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 4,
        side: "after",
      },
    },
  ],
  startupOnly: true,
  means: "The exception was raised while the engine read the model's configuration or looked for its class.",
  remedies: [
    { text: "Upgrade the engine and Transformers", command: "pip install --upgrade vllm transformers" },
    { text: "Choose a model the engine supports" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/13826"],
};
