import type { Samples } from "../model/index.ts";
import { ratioInterval } from "../stats/index.ts";
import { completed, type CompletedRequest } from "./completed.ts";
import type { Measured, Metric } from "./metric.ts";

const INTERVAL =
  " Interval: in a closed loop the rate is concurrency × Σ amount / Σ latency (Little's law), so it takes the relative t interval of that ratio over requests.";

/** Rates over the whole pass, ramp and drain included, as `vllm bench serve` computes them. */
export const wholeRun: readonly Metric[] = [
  {
    tag: "output_throughput_whole",
    title: "Output throughput, whole run",
    unit: "tokens/s",
    better: "higher",
    digits: 1,
    formula: `Completion tokens of completed requests / duration of the pass.${INTERVAL}`,
    field: "output_throughput",
    of: (samples) => rate(samples, (request) => request.completionTokens),
  },
  {
    tag: "total_token_throughput",
    title: "Total token throughput, whole run",
    unit: "tokens/s",
    better: "higher",
    digits: 1,
    formula: `Prompt and completion tokens of completed requests / duration of the pass; absent where the server does not count prompt tokens.${INTERVAL}`,
    field: "total_token_throughput",
    of: (samples) =>
      rate(samples, (request) => (request.promptTokens === undefined ? undefined : request.promptTokens + request.completionTokens)),
  },
  {
    tag: "request_throughput",
    title: "Request throughput, whole run",
    unit: "requests/s",
    better: "higher",
    digits: 2,
    formula: `Completed requests / duration of the pass.${INTERVAL}`,
    field: "request_throughput",
    of: (samples) => rate(samples, () => 1),
  },
];

function rate(samples: Samples, amount: (request: CompletedRequest) => number | undefined): Measured | undefined {
  const requests = completed(samples);
  const amounts = requests.map(amount).filter((each) => each !== undefined);
  if (requests.length === 0 || amounts.length < requests.length || samples.durationMs <= 0) return undefined;
  const value = (amounts.reduce((total, each) => total + each, 0) / samples.durationMs) * 1000;
  const ratio = ratioInterval(
    amounts,
    requests.map((request) => request.lastMs - request.sendMs),
  );
  const interval = ratio && { low: Math.max(0, (value * ratio.low) / ratio.value), high: (value * ratio.high) / ratio.value };
  return { value, n: requests.length, ...interval };
}
