import { solve } from "./solve.ts";

/** P(Z ≤ z) of the standard normal distribution, to about 1e-15 relative in either tail. */
export function normalCdf(z: number): number {
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/** The z with P(Z ≤ z) = p, for 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a normal quantile needs 0 < p < 1, got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  return solve(normalCdf, p, -40, 0);
}

function upperTail(z: number): number {
  return z < 3 ? 0.5 - centre(z) : density(z) * millsRatio(z);
}

/** P(0 ≤ Z ≤ z) = φ(z)·(z + z³/3 + z⁵/15 + …), DLMF 7.6.2. */
function centre(z: number): number {
  let term = z;
  let total = z;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(total); k += 1) {
    term *= (z * z) / (2 * k + 1);
    total += term;
  }
  return density(z) * total;
}

/** Laplace's continued fraction 1/(z + 1/(z + 2/(z + …))), DLMF 7.9.1; evaluated from the far end. */
function millsRatio(z: number): number {
  let tail = z;
  for (let k = 300; k >= 1; k -= 1) tail = z + k / tail;
  return 1 / tail;
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}
