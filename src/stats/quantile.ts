import { binomialCdf } from "./binomial.ts";
import { normalQuantile } from "./normal.ts";
import type { SortedSamples } from "./samples.ts";

/** Type 7 of Hyndman and Fan (1996), the default of numpy and R; `undefined` of no samples. `q` within 0 … 1. */
export function quantile(samples: SortedSamples, q: number): number | undefined {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile needs 0 ≤ q ≤ 1, got ${q}`);
  if (samples.length === 0) return undefined;
  const at = (samples.length - 1) * q;
  const below = samples[Math.floor(at)] ?? Number.NaN;
  const above = samples[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * Order statistics that enclose the q-quantile of the population with at least `confidence`, each tail at most half of the rest
 * (David and Nagaraja 2003, §7.1). Needs no assumption on the distribution; the samples must be independent. A side is absent where
 * there are too few samples for it: the upper one exists from 36 samples for p90, 368 for p99, 3,688 for p99.9.
 */
export function quantileInterval(samples: SortedSamples, q: number, confidence = 0.95): { readonly low?: number; readonly high?: number } {
  const n = samples.length;
  const tail = (1 - confidence) / 2;
  // The number of samples below the quantile is Binomial(n, q): x(l) ≤ quantile unless fewer than l are below, and so on.
  const lower = lastWhere(n, (rank) => binomialCdf(rank - 1, n, q) <= tail);
  const upper = n + 1 - lastWhere(n, (fromTop) => 1 - binomialCdf(n - fromTop, n, q) <= tail);
  return {
    ...(lower >= 1 ? { low: samples[lower - 1] as number } : {}),
    ...(upper <= n ? { high: samples[upper - 1] as number } : {}),
  };
}

/** Largest rank in 1 … n for which the condition holds, 0 where none does; the condition holds up to some rank and never after it. */
function lastWhere(n: number, holds: (rank: number) => boolean): number {
  let [from, to] = [0, n];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (holds(middle)) from = middle;
    else to = middle - 1;
  }
  return from;
}

/**
 * Interval of a quantile of values that come in clusters, such as the gaps between tokens of one request (Woodruff 1952): the share of
 * values at or below the estimate gets its variance between clusters, and the interval of the share is read back off the samples.
 * `pooled` holds the values of all clusters; `undefined` below two clusters.
 */
export function clusteredQuantileInterval(
  pooled: SortedSamples,
  clusters: readonly Float64Array[],
  q: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } | undefined {
  const estimate = quantile(pooled, q);
  const k = clusters.length;
  if (estimate === undefined || k < 2) return undefined;
  const counts = clusters.map((values) => values.reduce((count, value) => count + (value <= estimate ? 1 : 0), 0));
  const share = counts.reduce((total, count) => total + count, 0) / pooled.length;
  const spread = counts.reduce((total, count, i) => total + (count - share * (clusters[i]?.length ?? 0)) ** 2, 0);
  const error = normalQuantile(0.5 + confidence / 2) * (Math.sqrt((spread * k) / (k - 1)) / pooled.length);
  return {
    low: quantile(pooled, Math.max(0, q - error)) as number,
    high: quantile(pooled, Math.min(1, q + error)) as number,
  };
}
