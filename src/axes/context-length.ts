import type { Axis } from "./axis.ts";
import { COUNT, number } from "./number.ts";
import { reading, sglangField, vllmField } from "./reading.ts";

/** Longest prompt plus answer, in tokens. */
export const contextLength: Axis = {
  id: "context-length",
  title: "context length",
  values: { ...COUNT, example: "32768" },
  reference: "8192",
  engines: {
    sglang: [
      number("--context-length", [
        reading(/^max_total_num_tokens=.*\bcontext_len=(\d+)/, "$1"),
        ...sglangField("context_length", "(\\d+)", "$1"),
      ]),
    ],
    vllm: [number("--max-model-len", [reading(/Using max model len (\d+)/, "$1"), vllmField("max_seq_len", "(\\d+)", "$1")])],
  },
};
