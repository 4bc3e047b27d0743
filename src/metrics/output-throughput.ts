import type { Samples } from "../model/index.ts";
import { batchMeans } from "../stats/index.ts";
import { completed, type CompletedRequest } from "./completed.ts";
import type { Measured, Metric } from "./metric.ts";
import { steadyWindow, type Window } from "./steady-window.ts";

/** About ten batches is Schmeiser's (1982) advice; a batch of one request would show the scatter of requests, not of the rate. */
const BATCHES = 10;
const LEAST_PER_BATCH = 2;

/** Tokens a second while the server was fully loaded. */
export const outputThroughput: Metric = {
  tag: "output_throughput",
  title: "Output throughput",
  unit: "tokens/s",
  better: "higher",
  digits: 1,
  formula:
    "Generated tokens that arrive inside the steady window (from the first to the last moment with at least 95 % of the requests in flight) / its length. " +
    "Tokens of a request are its completion_tokens, spread evenly over its token events. Interval: the requests that ended inside it, in the order of their sending, in ten " +
    "batches; each batch's tokens / time in flight; t on the batches, widened for correlation between neighbours, scaled to the value. With a fixed " +
    "number in flight the rate is that number × tokens / time in flight (Little 1961), and this does not see the waves that equal requests arrive in.",
  of(samples) {
    const window = steadyWindow(samples);
    return window === undefined ? undefined : inWindow(samples, window);
  },
};

function inWindow(samples: Samples, { fromMs, toMs }: Window): Measured | undefined {
  const requests = completed(samples);
  let tokens = 0;
  for (const request of requests) tokens += shareInside(request, { fromMs, toMs }) * request.completionTokens;
  if (tokens === 0) return undefined;
  const value = (tokens / (toMs - fromMs)) * 1000;
  return {
    value,
    n: requests.length,
    ...interval(
      // Those of the drain ran beside fewer others and were faster.
      requests.filter((request) => request.lastMs <= toMs),
      value,
    ),
  };
}

/** Share of a request's token events that arrive inside; where their times were not kept they count as evenly spread. */
function shareInside({ tokenMs, firstMs, lastMs }: CompletedRequest, { fromMs, toMs }: Window): number {
  if (tokenMs.length > 0) return tokenMs.reduce((inside, time) => inside + (time > fromMs && time <= toMs ? 1 : 0), 0) / tokenMs.length;
  if (lastMs <= firstMs) return firstMs > fromMs && firstMs <= toMs ? 1 : 0;
  return Math.max(0, Math.min(lastMs, toMs) - Math.max(firstMs, fromMs)) / (lastMs - firstMs);
}

function interval(requests: readonly CompletedRequest[], value: number): { low: number; high: number } | undefined {
  const count = Math.min(BATCHES, Math.floor(requests.length / LEAST_PER_BATCH));
  const ordered = requests.toSorted((a, b) => a.sendMs - b.sendMs);
  const rates = Array.from({ length: count }, (_, batch) => {
    const mine = ordered.slice(Math.floor((batch * ordered.length) / count), Math.floor(((batch + 1) * ordered.length) / count));
    return total(mine.map((request) => request.completionTokens)) / total(mine.map((request) => request.lastMs - request.sendMs));
  });
  const estimate = batchMeans(rates);
  if (estimate === undefined || estimate.value === 0) return undefined;
  const scale = value / estimate.value;
  return { low: Math.max(0, estimate.low * scale), high: estimate.high * scale };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}
