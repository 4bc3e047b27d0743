import { logGamma } from "./gamma.ts";

/**
 * One-sided p of Fisher's exact test (1935): how likely `k` or more of the `n` would be marked, were the marks of both groups (`k` of `n` and
 * `otherK` of `otherN`) dealt out by chance.
 */
export function fisherExact(k: number, n: number, otherK: number, otherN: number): number {
  const marked = k + otherK;
  let p = 0;
  for (let x = k; x <= Math.min(n, marked); x += 1)
    if (marked - x <= otherN) p += Math.exp(logChoose(n, x) + logChoose(otherN, marked - x) - logChoose(n + otherN, marked));
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
