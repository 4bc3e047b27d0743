import type { Samples } from "../model/index.ts";
import { clusteredQuantileInterval, mean, meanInterval, quantile, quantileInterval, sorted, type SortedSamples } from "../stats/index.ts";
import type { Measured, Metric } from "./metric.ts";

/** A duration of which a pass has many, and how to get it from one pass: one array per completed request. */
export interface Duration {
  /** `ttft`: prefix of the tags. */
  readonly tag: string;
  readonly title: string;
  readonly formula: string;
  readonly digits: number;
  /** True where `vllm bench serve` has no such duration, so no field name of its JSON is given. */
  readonly ours?: true;
  /** Values in ms, grouped by the request they come from; values of one request depend on each other. */
  values(samples: Samples): Float64Array[];
}

/** Percentile → requests below which it is withheld: with fewer, no upper bound at 95 % exists and the number is an anecdote. */
const PERCENTILES = [
  { suffix: "p50", q: 0.5, atLeast: 1, field: (tag: string) => `median_${tag}_ms` },
  { suffix: "p90", q: 0.9, atLeast: 1, field: (tag: string) => `p90_${tag}_ms` },
  { suffix: "p95", q: 0.95, atLeast: 1, field: (tag: string) => `p95_${tag}_ms` },
  { suffix: "p99", q: 0.99, atLeast: 368, field: (tag: string) => `p99_${tag}_ms` },
  { suffix: "p99_9", q: 0.999, atLeast: 3_688, field: (tag: string) => `p99.9_${tag}_ms` },
] as const;

/** Mean and percentiles of one duration as metrics: `ttft_mean`, `ttft_p50`, `ttft_p90`, `ttft_p95`, `ttft_p99`, `ttft_p99_9`. */
export function family(duration: Duration): Metric[] {
  const pooled = memo((samples: Samples) => pool(duration.values(samples)));
  const shared = { unit: "ms", better: "lower", digits: duration.digits } as const;
  return [
    {
      ...shared,
      tag: `${duration.tag}_mean`,
      title: `${duration.title}, mean`,
      formula: `Mean of ${duration.formula}. Interval: t over the means of requests.`,
      ...(duration.ours ? {} : { field: `mean_${duration.tag}_ms` }),
      of: (samples) => meanOf(pooled(samples)),
    },
    ...PERCENTILES.map(({ suffix, q, atLeast, field }): Metric => ({
      ...shared,
      tag: `${duration.tag}_${suffix}`,
      title: `${duration.title}, ${suffix.replace("_", ".")}`,
      formula:
        `Type-7 quantile ${q} of ${duration.formula}.` +
        (atLeast > 1 ? ` Withheld below ${atLeast} requests.` : "") +
        " Interval: order statistics; with several values a request, Woodruff's with requests as clusters.",
      ...(duration.ours ? {} : { field: field(duration.tag) }),
      of: (samples) => quantileOf(pooled(samples), q, atLeast),
    })),
  ];
}

interface Pool {
  readonly clusters: readonly Float64Array[];
  readonly all: SortedSamples;
}

function pool(clusters: readonly Float64Array[]): Pool {
  const all = new Float64Array(clusters.reduce((total, values) => total + values.length, 0));
  let at = 0;
  for (const values of clusters) {
    all.set(values, at);
    at += values.length;
  }
  return { clusters, all: sorted(all) };
}

function meanOf({ clusters, all }: Pool): Measured | undefined {
  const value = mean(all);
  if (value === undefined) return undefined;
  const interval = meanInterval(clusters.map((values) => mean(values) ?? value));
  // Requests with different numbers of gaps make the mean of means differ from the mean; the width is what is borrowed.
  return {
    value,
    n: all.length,
    ...(interval && { low: value - (interval.value - interval.low), high: value + (interval.high - interval.value) }),
  };
}

function quantileOf({ clusters, all }: Pool, q: number, atLeast: number): Measured | undefined {
  const value = quantile(all, q);
  if (value === undefined || clusters.length < atLeast) return undefined;
  const single = all.length === clusters.length;
  return { value, n: all.length, ...(single ? quantileInterval(all, q) : clusteredQuantileInterval(all, clusters, q)) };
}

/** Remembers by identity for as long as the samples live: seven metrics share one sort. */
function memo<V>(compute: (samples: Samples) => V): (samples: Samples) => V {
  const known = new WeakMap<Samples, V>();
  return (samples) => {
    const found = known.get(samples) ?? compute(samples);
    known.set(samples, found);
    return found;
  };
}
