import type { Signature } from "../signature.ts";

export const raisedInTokenizer: Signature = {
  id: "raised-in-tokenizer",
  class: "tokenizer-or-template",
  title: "An error while the tokenizer or template was loaded",
  level: "cause",
  specificity: 40,
  clues: [
    {
      has: [
        "tokenization_",
        "transformers_utils/tokenizer",
        "convert_slow_tokenizer",
        "sentencepiece/",
        "tiktoken/",
        "mistral_common/",
        "chat_utils.py",
        "chat_template",
        "jinja2/",
        "tokenizers/",
      ],
      match:
        /^File "[^"]{1,400}(?:tokenization_\w{1,60}\.py|transformers_utils\/tokenizer\w{0,20}|tokenizers\/[^"]{1,60}|convert_slow_tokenizer|sentencepiece|tiktoken|mistral_common|chat_template|jinja2\/)[^"]{0,200}", line \d+, in /,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 8,
        side: "after",
      },
    },
  ],
  startupOnly: true,
  means: "The exception was raised by the tokenizer or the template engine.",
  remedies: [
    { text: "Upgrade the tokenizer libraries", command: "pip install --upgrade transformers tokenizers tiktoken sentencepiece" },
    { text: "Name a template", command: "--chat-template ./template.jinja" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/9832"],
};
