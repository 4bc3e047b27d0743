import { sum } from "./moments.ts";
import { quantile } from "./quantile.ts";
import { sorted } from "./samples.ts";

/** Huber's tuning constant: 95 % as efficient as the mean where the values are normal. */
const TUNING = 1.345;

/** A robust centre, with what its variance is made of. */
export interface RobustMean {
  readonly value: number;
  /** Σψ²/(n − 1): the squared pulls of the values. */
  readonly pull: number;
  /** Share of the values that are not held back, at least one. */
  readonly share: number;
}

/**
 * Huber's M-estimate of location (Huber 1964) at a known scale: values further than 1.345 scales from the centre pull no harder than one
 * at that distance. `undefined` below two values or where the scale is 0.
 */
export function huber(values: readonly number[], scale: number): RobustMean | undefined {
  const n = values.length;
  if (n < 2 || !(scale > 0)) return undefined;
  const edge = TUNING * scale;
  let centre = quantile(sorted(values), 0.5) ?? 0;
  for (let step = 0; step < 1_000; step += 1) {
    const weights = values.map((value) => Math.min(1, edge / Math.max(Number.MIN_VALUE, Math.abs(value - centre))));
    const next = sum(values.map((value, i) => value * (weights[i] ?? 0))) / sum(weights);
    const done = Math.abs(next - centre) <= 1e-14 * scale;
    centre = next;
    if (done) break;
  }
  const distances = values.map((value) => Math.abs(value - centre));
  return {
    value: centre,
    pull: sum(distances.map((distance) => Math.min(edge, distance) ** 2)) / (n - 1),
    share: Math.max(1, distances.filter((distance) => distance < edge).length) / n,
  };
}

/**
 * The variance that one value would have if such a centre were a mean of `n` of them: Huber's H1 with the finite-sample factor (Huber
 * 1981, §7.6). `share` may be another's than its own, where many samples are known to be alike.
 */
export function huberVariance({ pull }: RobustMean, share: number, n: number): number {
  const factor = 1 + (1 - share) / (n * share);
  return (factor ** 2 * pull) / share ** 2;
}

/** Factors that make the median deviation of few normal values unbiased (Croux and Rousseeuw 1992). */
const SMALL_SAMPLE: Readonly<Record<number, number>> = { 2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.2, 7: 1.14, 8: 1.129, 9: 1.107 };
const NORMAL_MAD = 1.482602218505602;

/** Median absolute deviation from the median, in standard deviations of a normal distribution; `undefined` below two values. */
export function medianDeviation(values: readonly number[]): number | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const middle = quantile(sorted(values), 0.5) ?? 0;
  const deviation = quantile(sorted(values.map((value) => Math.abs(value - middle))), 0.5) ?? 0;
  return NORMAL_MAD * (SMALL_SAMPLE[n] ?? n / (n - 0.8)) * deviation;
}

/**
 * Typical variance of many small samples: the median of theirs, each divided by the median of χ²/df (Wilson and Hilferty 1931), so that a
 * sample with an outlier moves it little. 0 of nothing.
 */
export function typicalVariance(samples: readonly { readonly variance: number; readonly df: number }[]): number {
  const scaled = samples.filter(({ df }) => df > 0).map((sample) => sample.variance / (1 - 2 / (9 * sample.df)) ** 3);
  return quantile(sorted(scaled), 0.5) ?? 0;
}
