import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const weightsDoNotFitModel: Signature = {
  id: "weights-do-not-fit-model",
  class: "unsupported-model",
  title: "Weights and model code do not fit together",
  level: "cause",
  specificity: 52,
  clues: [
    {
      has: [
        "There is no module or parameter named",
        "Following weights were not initialized from checkpoint",
        "weights were not initialized from checkpoint",
        "size mismatch for",
        "Error(s) in loading state_dict",
        "Missing key(s) in state_dict",
        "Attempted to load weight",
        "Tried to load weights of size",
        "Unexpected weight",
        "Unknown weight name",
        "Weight input_size_per_partition",
        "Failed to load weights",
        "Failed to load model",
        "assert param.size() == loaded_weight.size()",
        "to a parameter of size",
      ],
      unless: /GGUF reader|CUDA out of memory|out of memory/,
    },
    raises(/not found in params_dict/),
    {
      has: "KeyError: ",
      match:
        /^KeyError: '(?:model\.|lm_head|layers\.|transformer\.|language_model|visual|vision|encoder\.|decoder\.)[\w.]{0,160}(?:weight|bias|proj)'/,
    },
    {
      has: "KeyError: ",
      match:
        /^KeyError: '(?:qwen|llama|gemma|mistral|deepseek|glm|phi|kimi|minimax|gpt_oss|ernie|internlm|baichuan|chatglm|hunyuan|nemotron|granite|olmo|exaone|step)[\w.-]{0,20}'$/,
    },
    { has: "has no attribute", match: /^AttributeError: '\w{1,60}Config' object has no attribute '/ },
  ],
  means: "The checkpoint's names or shapes are not those that this version's model code expects.",
  remedies: [
    { text: "Upgrade the engine and Transformers", command: "pip install --upgrade vllm transformers" },
    { text: "Check that checkpoint, quantisation and model class belong together" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/8353"],
};
