import type { Samples } from "../model/index.ts";
import { batchMeans } from "../stats/index.ts";
import { completed } from "./completed.ts";
import type { Measured, Metric } from "./metric.ts";
import { steadyWindow, type Window } from "./steady-window.ts";

/** Batches in the steady window: about ten is Schmeiser's (1982) advice, and more would be shorter than a request. */
const BATCHES = 10;

/** Tokens a second while the server was fully loaded. */
export const outputThroughput: Metric = {
  tag: "output_throughput",
  title: "Output throughput",
  unit: "tokens/s",
  better: "higher",
  digits: 1,
  formula:
    "Generated tokens that arrive inside the steady window (from the first to the last moment with at least 95 % of the requests in flight) / its length. " +
    "Tokens of a request are its completion_tokens, spread evenly over its token events. Interval: means of ten equal batches of the window, " +
    "t with 9 degrees of freedom, widened for correlation between neighbours.",
  of(samples) {
    const window = steadyWindow(samples);
    return window === undefined ? undefined : inWindow(samples, window);
  },
};

function inWindow(samples: Samples, { fromMs, toMs }: Window): Measured | undefined {
  const lengthMs = toMs - fromMs;
  const batches = new Float64Array(BATCHES);
  let events = 0;
  const requests = completed(samples);
  for (const { tokenMs, completionTokens } of requests) {
    for (const time of tokenMs) {
      if (time <= fromMs || time > toMs) continue;
      const batch = Math.min(BATCHES - 1, Math.floor(((time - fromMs) / lengthMs) * BATCHES));
      batches[batch] = (batches[batch] ?? 0) + completionTokens / tokenMs.length;
      events += 1;
    }
  }
  if (events === 0) return undefined;
  const rates = Array.from(batches, (tokens) => (tokens / lengthMs) * BATCHES * 1000);
  const value = rates.reduce((total, rate) => total + rate, 0) / BATCHES;
  // Below two events a batch the spread is that of counting, not of the server.
  const interval = events < 2 * BATCHES ? undefined : batchMeans(rates);
  return { value, n: requests.length, ...(interval && { low: Math.max(0, interval.low), high: interval.high }) };
}
