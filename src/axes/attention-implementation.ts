import type { Axis } from "./axis.ts";

const IMPLEMENTATIONS = ["eager", "sdpa", "flash_attention_2", "flash_attention_3", "flex_attention"];

/** Which attention `transformers serve` loads the model with. The server says nothing of it, so it stays unverifiable. */
export const attentionImplementation: Axis = {
  id: "attention-implementation",
  title: "attention implementation",
  values: IMPLEMENTATIONS,
  reference: "eager",
  engines: {
    transformers: [
      {
        values: Object.fromEntries(IMPLEMENTATIONS.map((name) => [name, { args: ["--attn-implementation", name] }])),
        source: "transformers 5.23 cli/serving/model_manager.py",
      },
    ],
  },
};
