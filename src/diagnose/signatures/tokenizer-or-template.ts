import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const tokenizerOrTemplate: Signature = {
  id: "tokenizer-or-template",
  class: "tokenizer-or-template",
  title: "Tokenizer or chat template cannot be used",
  level: "cause",
  specificity: 73,
  clues: [
    raises(
      /[Tt]okenizer|Tokenizers?Backend|untagged enum|chat[ _]template|[Tt]emplate|jinja|[Cc]onversation roles|System role|vocabulary|vocab_size|[Ss]entence[Pp]iece|[Tt]ik[Tt]oken|mistral_common|protobuf library|special_tokens|[Hh]armony|o200k|(?:reasoning|tool)[ _](?:call[ _])?parser|added_tokens/,
      {
        unless:
          /token_to_kv|CUDA|tokenizer_manager|detokenizer|huggingface\.co.{0,60}(?:connect|resolve)|validation error|out of memory|No module named 'vllm|gated|Client Error|Flash|kernel|max_tokens|Broken pipe|timed? ?out|is not a local folder and is not a valid/i,
      },
    ),
    {
      has: [
        "requires the protobuf library",
        "Cannot use chat template functions because tokenizer.chat_template is not set",
        "does not have a default chat template",
        "chat template is not defined",
        "no longer allowed, so you must provide a chat template",
        "The supplied chat template string",
        "looks like a file path, but it failed to be opened",
        "Failed to load chat template",
        "Error rendering chat template",
        "Error in applying chat template",
        "chat template file",
        "The tokenizer you are loading from",
      ],
      unless: /INFO|incorrect regex/,
    },
    { has: ["jinja2.exceptions.", "TypeError: not a string"], match: /^TypeError: not a string$|^jinja2\.exceptions\.\w+/ },
  ],
  means: "The tokenizer's files are missing, too new for the installed library, or the chat template cannot be rendered.",
  remedies: [
    { text: "Upgrade the tokenizer libraries", command: "pip install --upgrade transformers tokenizers tiktoken sentencepiece" },
    { text: "Name a template", command: "--chat-template ./template.jinja" },
    { text: "Name the tokenizer", command: "--tokenizer ORG/NAME" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/9832", "https://github.com/vllm-project/vllm/issues/22525"],
};
