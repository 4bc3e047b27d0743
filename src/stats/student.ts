import { incompleteBeta } from "./gamma.ts";
import { solve } from "./solve.ts";

/**
 * P(T ≤ t) of Student's distribution with `df` degrees of freedom (real, > 0), as an incomplete beta function of df/(df + t²); near the
 * centre of t²/(df + t²) instead, where the first loses the digits of t.
 */
export function studentCdf(t: number, df: number): number {
  if (t * t < df) return 0.5 + (Math.sign(t) / 2) * incompleteBeta((t * t) / (df + t * t), 0.5, df / 2);
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
