import type { Signature } from "../signature.ts";

export const remoteCodeNeeded: Signature = {
  id: "remote-code-needed",
  class: "unsupported-model",
  title: "The model brings its own code, which is not trusted",
  level: "cause",
  specificity: 80,
  clues: [
    {
      has: ["trust_remote_code=True", "trust-remote-code", "trust_remote_code"],
      match:
        /(?:[Pp]lease (?:pass|set|enable)|requires you to execute|contains custom code|argument `?trust_remote_code=True|set the option).{0,200}trust[_-]remote[_-]code|requires you to execute|contains custom code/,
    },
  ],
  means: "The repository contains Python code that must be run to load the model, and running it was not allowed.",
  remedies: [{ text: "Allow it, after reading the code", command: "--trust-remote-code" }],
  sources: ["https://github.com/vllm-project/vllm/issues/10941"],
};
