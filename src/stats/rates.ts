import type { Estimate } from "./difference.ts";
import { meanInterval } from "./difference.ts";
import { mean, sum } from "./moments.ts";
import { studentQuantile } from "./student.ts";

/**
 * Interval of a long-run mean from consecutive equal stretches of one run: batch means (Schmeiser 1982; about ten batches). Where
 * neighbouring batches are positively correlated the half-width is widened by √((1 + r)/(1 − r)), the variance inflation of a
 * first-order autoregression. `undefined` below three batches.
 */
export function batchMeans(batches: readonly number[], confidence = 0.95): Estimate | undefined {
  const plain = meanInterval(batches, confidence);
  if (plain === undefined || batches.length < 3) return undefined;
  const r = Math.min(0.95, Math.max(0, lagOneCorrelation(batches)));
  const widening = Math.sqrt((1 + r) / (1 - r));
  return {
    value: plain.value,
    low: plain.value - (plain.value - plain.low) * widening,
    high: plain.value + (plain.high - plain.value) * widening,
  };
}

/** Correlation of each value with the next, −1 … 1; 0 where nothing varies. */
export function lagOneCorrelation(values: readonly number[]): number {
  const centre = mean(values) ?? 0;
  const total = sum(values.map((value) => (value - centre) ** 2));
  if (total === 0) return 0;
  return sum(values.slice(1).map((value, i) => (value - centre) * ((values[i] ?? centre) - centre))) / total;
}

/**
 * Σ above / Σ below with a t interval from the pairs' scatter about the ratio (Cochran 1977, §6.3); `undefined` below two pairs or
 * where Σ below is 0.
 */
export function ratioInterval(above: readonly number[], below: readonly number[], confidence = 0.95): Estimate | undefined {
  const n = above.length;
  const bottom = sum(below);
  if (n < 2 || bottom <= 0) return undefined;
  const value = sum(above) / bottom;
  const scatter = sum(above.map((y, i) => (y - value * (below[i] ?? 0)) ** 2));
  const half = (studentQuantile(0.5 + confidence / 2, n - 1) * Math.sqrt((scatter * n) / (n - 1))) / bottom;
  return { value, low: value - half, high: value + half };
}
