import type { Signature } from "../signature.ts";

export const modelNotFound: Signature = {
  id: "model-not-found",
  class: "model-access",
  title: "There is no such model",
  level: "cause",
  specificity: 72,
  clues: [
    {
      has: [
        "RepositoryNotFoundError",
        "Repository Not Found for url",
        "is not a local folder and is not a valid model identifier",
        "Invalid repository ID or local directory specified",
        "Repo id must be in the form",
        "Repo id must use alphanumeric",
        "HFValidationError",
        "RevisionNotFoundError",
        "is not a valid git identifier",
        "Incorrect path_or_model_id",
        "No such file or directory: '/model",
        "Model path does not exist",
        "model path does not exist",
        "does not exist on the Hub",
        "Entry Not Found for url",
        "EntryNotFoundError",
        "can't find model",
        "is not a valid local folder",
      ],
      unless:
        /LocalEntryNotFound|additional_chat_templates|processor_config|preprocessor_config|Error retrieving|hf_quant_config|generation_config/,
    },
    { has: "does not appear to have a file named", unless: /processor|chat_template/ },
  ],
  means:
    "The name or path leads to no model: misspelt, moved, or not where the runner looks. Private models look like this without a token.",
  remedies: [
    { text: "Check the name, the revision and the path" },
    { text: "Give the job a token, if the model is private", command: "HF_TOKEN=$YOUR_TOKEN" },
    { text: "See what the runner has", command: "ls ~/.cache/huggingface/hub" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/9152"],
};
