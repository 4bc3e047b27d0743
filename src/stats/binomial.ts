import { incompleteBeta, logGamma } from "./gamma.ts";
import { solve } from "./solve.ts";

/** P(X = k) for X ~ Binomial(n, p). */
export function binomialPmf(k: number, n: number, p: number): number {
  if (p <= 0 || p >= 1) return (p <= 0 ? 0 : n) === k ? 1 : 0;
  const choose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(choose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(X ≤ k) for X ~ Binomial(n, p), through the incomplete beta function (DLMF 8.17.5). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(1 - p, n - k, k + 1);
}

/** Exact interval of a proportion from k successes in n (Clopper and Pearson 1934). */
export function clopperPearson(k: number, n: number, confidence = 0.95): { readonly low: number; readonly high: number } {
  const tail = (1 - confidence) / 2;
  const low = k === 0 ? 0 : solve((p) => incompleteBeta(p, k, n - k + 1), tail, 0, 1);
  const high = k === n ? 1 : solve((p) => incompleteBeta(p, k + 1, n - k), 1 - tail, 0, 1);
  return { low, high };
}
