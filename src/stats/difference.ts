import { mean, variance } from "./moments.ts";
import type { Interval } from "./proportion.ts";
import { studentQuantile } from "./student.ts";

/** A number with its interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/**
 * mean(after) − mean(before) with Welch's t interval (Welch 1947); `undefined` below two values on a side. Of logarithms it is the log
 * of a ratio of geometric means. Where neither side varies at all the interval has width zero.
 */
export function welch(before: ArrayLike<number>, after: ArrayLike<number>, confidence = 0.95): Estimate | undefined {
  const [meanBefore, meanAfter, varBefore, varAfter] = [mean(before), mean(after), variance(before), variance(after)];
  if (meanBefore === undefined || meanAfter === undefined || varBefore === undefined || varAfter === undefined) return undefined;
  const value = meanAfter - meanBefore;
  const [a, b] = [varBefore / before.length, varAfter / after.length];
  if (a + b === 0) return { value, low: value, high: value };
  const df = (a + b) ** 2 / (a ** 2 / (before.length - 1) + b ** 2 / (after.length - 1));
  const half = studentQuantile(0.5 + confidence / 2, df) * Math.sqrt(a + b);
  return { value, low: value - half, high: value + half };
}

/** t interval of one mean; `undefined` below two values. */
export function meanInterval(values: ArrayLike<number>, confidence = 0.95): Estimate | undefined {
  const [value, spread] = [mean(values), variance(values)];
  if (value === undefined || spread === undefined) return undefined;
  const half = studentQuantile(0.5 + confidence / 2, values.length - 1) * Math.sqrt(spread / values.length);
  return { value, low: value - half, high: value + half };
}

/**
 * Interval of after − before from one interval on each side, not necessarily symmetric: MOVER, the method of variance estimates
 * recovery (Zou and Donner 2008; Newcombe 1998 for proportions).
 */
export function combine(before: Estimate, after: Estimate): Estimate {
  const value = after.value - before.value;
  return {
    value,
    low: value - Math.hypot(after.value - after.low, before.high - before.value),
    high: value + Math.hypot(after.high - after.value, before.value - before.low),
  };
}

/** Interval of the mean of independent estimates, by the same recovery of variances. */
export function average(estimates: readonly Estimate[]): Estimate | undefined {
  const value = mean(estimates.map((each) => each.value));
  if (value === undefined) return undefined;
  const n = estimates.length;
  return {
    value,
    low: value - Math.hypot(...estimates.map((each) => each.value - each.low)) / n,
    high: value + Math.hypot(...estimates.map((each) => each.high - each.value)) / n,
  };
}
