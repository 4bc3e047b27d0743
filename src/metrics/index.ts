import type { MetricTag, MetricValue, Samples } from "../model/index.ts";
import { accuracy } from "./accuracy.ts";
import { aroundTheFirst } from "./around-the-first.ts";
import { e2el } from "./e2el.ts";
import { errorRate } from "./error-rate.ts";
import { goodput } from "./goodput.ts";
import { itl } from "./itl.ts";
import type { Metric } from "./metric.ts";
import { numerics } from "./numerics.ts";
import { outputThroughput } from "./output-throughput.ts";
import { queueing } from "./queueing.ts";
import { tokensPerEvent } from "./tokens-per-event.ts";
import { tpot } from "./tpot.ts";
import { ttft } from "./ttft.ts";
import { wholeRun } from "./whole-run.ts";

export type { Measured, Metric } from "./metric.ts";
export { steadyWindow, type Window } from "./steady-window.ts";

/** The shelf, in the order in which reports list them. */
export const metrics: readonly Metric[] = [
  outputThroughput,
  ...wholeRun,
  ...ttft,
  ...tpot,
  ...itl,
  ...e2el,
  ...aroundTheFirst,
  ...queueing,
  ...goodput,
  errorRate,
  tokensPerEvent,
  accuracy,
  ...numerics,
];

/** The metric with this tag, or `undefined`. */
export function metricOf(tag: MetricTag): Metric | undefined {
  return metrics.find((metric) => metric.tag === tag);
}

/** Every metric that these samples carry; one that was not measured is absent. */
export function measure(samples: Samples, workload: string): MetricValue[] {
  return metrics.flatMap((metric) => {
    const measured = metric.of(samples);
    return measured === undefined ? [] : [{ metric: metric.tag, workload, unit: metric.unit, ...measured }];
  });
}
