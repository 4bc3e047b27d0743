import type { Axis } from "./axis.ts";
import { COUNT, number, onlyInContinuousBatching } from "./number.ts";
import { reading, sglangField, vllmArgument } from "./reading.ts";

/** Tokens of one forward pass; SGLang's counterpart is the size of a prefill chunk. */
export const maxBatchedTokens: Axis = {
  id: "max-batched-tokens",
  title: "tokens per forward pass",
  values: COUNT,
  reference: "8192",
  engines: {
    sglang: [
      number("--chunked-prefill-size", [
        reading(/^max_total_num_tokens=\d+, chunked_prefill_size=(-?\d+)/, "$1"),
        ...sglangField("chunked_prefill_size", "(-?\\d+)", "$1"),
      ]),
    ],
    vllm: [
      number("--max-num-batched-tokens", [
        reading(/Chunked prefill is enabled with max_num_batched_tokens=(\d+)/, "$1"),
        vllmArgument("max_num_batched_tokens", "(\\d+)", "$1"),
      ]),
    ],
    transformers: onlyInContinuousBatching("--cb-max-batch-tokens"),
  },
};
