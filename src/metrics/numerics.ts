import type { Metric } from "./metric.ts";

/** Numbers of the numerics check; it computes them itself, so latency samples never yield them. */
export const numerics: readonly Metric[] = [
  {
    tag: "prefill_decode_kl",
    title: "Prefill against decode, KL",
    unit: "ratio",
    better: "lower",
    digits: 5,
    formula:
      "Mean over sequences of the mean of exp(d) − 1 − d over generated tokens, d = log-probability of the token when read as a prompt − " +
      "log-probability when it was drawn; nats a token. Interval: t over sequences. Sound engines stay below 0.0025, broken kernels reach 0.01.",
    of: () => undefined,
  },
  {
    tag: "prefill_decode_top1",
    title: "Prefill against decode, same likeliest token",
    unit: "percent",
    better: "higher",
    digits: 1,
    formula: "100 × generated tokens at whose place prefill and decode find the same token the likeliest / generated tokens. No interval.",
    of: () => undefined,
  },
];
