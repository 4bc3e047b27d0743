import { incompleteBeta } from "./gamma.ts";
import { solve } from "./solve.ts";

/** P(T ≤ t) of Student's distribution with `df` degrees of freedom (real, > 0): DLMF 8.17 with x = df/(df + t²). */
export function studentCdf(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** The t with P(T ≤ t) = p, for 0 < p < 1. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1) || !(df > 0)) throw new RangeError(`a t quantile needs 0 < p < 1 and df > 0, got ${p} and ${df}`);
  if (p > 0.5) return -studentQuantile(1 - p, df);
  let low = -1;
  while (studentCdf(low, df) > p) low *= 2;
  return solve((t) => studentCdf(t, df), p, low, 0);
}
