import type { Axis } from "./axis.ts";
import { COUNT, number } from "./number.ts";
import { reading, sglangField, vllmArgument } from "./reading.ts";

/** Requests in one batch. */
export const maxSequences: Axis = {
  id: "max-sequences",
  title: "requests running at once",
  values: { ...COUNT, example: "128" },
  reference: "64",
  engines: {
    sglang: [
      number("--max-running-requests", [
        reading(/^max_total_num_tokens=.*\bmax_running_requests=(\d+)/, "$1"),
        ...sglangField("max_running_requests", "(\\d+)", "$1"),
      ]),
    ],
    vllm: [number("--max-num-seqs", [reading(/"max_num_seqs":\s*"?(\d+)/, "$1"), vllmArgument("max_num_seqs", "(\\d+)", "$1")])],
  },
};
