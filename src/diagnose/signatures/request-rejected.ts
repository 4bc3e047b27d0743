import type { Signature } from "../signature.ts";

export const requestRejected: Signature = {
  id: "request-rejected",
  class: "healthy",
  title: "A request was rejected",
  level: "note",
  specificity: 1,
  clues: [
    {
      has: [
        "maximum context length is",
        "Error with model object='error'",
        "Error in preprocessing prompt inputs",
        "Please reduce the length of the",
        "type='NotFoundError'",
        "type='BadRequestError'",
      ],
    },
  ],
  means: "A client asked for what the server does not offer: too many tokens, or another model's name.",
  remedies: [],
  sources: ["https://github.com/vllm-project/vllm/issues/9832"],
};
