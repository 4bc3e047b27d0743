import type { Signature } from "../signature.ts";

export const badArgument: Signature = {
  id: "bad-argument",
  class: "bad-argument",
  title: "The server does not accept an argument",
  level: "cause",
  specificity: 84,
  clues: [
    {
      has: [
        "error: unrecognized arguments",
        "error: argument ",
        "error: the following arguments are required",
        "error: ambiguous option",
        "error: invalid choice",
        "error: expected",
        "error: unrecognized",
        "invalid choice: ",
        "ambiguous option:",
        "error: one of the arguments",
        "expected one argument",
        "expected at least one argument",
        "not allowed with argument",
        "Error: No such option",
        "error: Found argument",
      ],
      match: /error: |No such option|invalid choice|ambiguous option|expected (?:one|at least)|not allowed with/,
      unless: /fatal error:/,
    },
    {
      has: ["got an unexpected keyword argument", "got multiple values for keyword argument", "missing 1 required positional argument"],
      match:
        /^TypeError: (?!.{0,60}Metadata).{0,200}(?:ServerArgs|EngineArgs|LLM\b|Engine\b|Runtime\b|serve\b|launch\w*|Config\b)\S{0,40}\(?\)? ?(?:got an unexpected|got multiple|missing 1)/,
    },
  ],
  anyLevel: true,
  fatal: true,
  means: "A flag is unknown to this version, misspelt, or given a value it does not take.",
  remedies: [
    { text: "See what this version accepts", command: "vllm serve --help=all" },
    { text: "On SGLang", command: "python -m sglang.launch_server --help" },
    { text: "Flags are renamed between versions: check the version that is installed" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/36478"],
};
