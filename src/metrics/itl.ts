import { completed } from "./completed.ts";
import { family } from "./family.ts";
import type { Metric } from "./metric.ts";

/** Inter-token latency: raw gaps between the events that carried tokens; an event may carry several, see `tokens_per_event`. */
export const itl: readonly Metric[] = [
  ...family({
    tag: "itl",
    title: "Inter-token latency",
    formula:
      "the gaps between consecutive token events of each completed request, all requests pooled (of a pass of more than 8 million tokens: those of a random sample of requests)",
    digits: 2,
    values: (samples) =>
      completed(samples)
        .map((request) => request.tokenMs)
        .filter((times) => times.length > 1)
        .map((times) => times.subarray(1).map((time, i) => time - (times[i] ?? time))),
  }),
  {
    tag: "itl_max",
    title: "Longest stall between tokens",
    unit: "ms",
    better: "lower",
    digits: 1,
    formula: "Largest gap between consecutive token events of any completed request. No interval: a maximum has none.",
    of(samples) {
      let [value, n] = [0, 0];
      for (const { tokenMs, events = tokenMs.length, longestGapMs = 0 } of completed(samples)) {
        n += Math.max(0, events - 1);
        value = Math.max(value, longestGapMs);
        for (let i = 1; i < tokenMs.length; i += 1) value = Math.max(value, (tokenMs[i] ?? 0) - (tokenMs[i - 1] ?? 0));
      }
      if (n === 0) return undefined;
      return { value, n };
    },
  },
];
