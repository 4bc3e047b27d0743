import { normalCdf, normalQuantile } from "./normal.ts";

/**
 * The level at which a row looked at again and again would be called at this look: `p` is its plain one-sided p-value, `fraction` the share
 * of the most information that it could have had by now. A Brownian path crosses the height c anywhere up to its end with probability
 * 2(1 − Φ(c)), so calling at z·√fraction ≥ c keeps the level whenever and however often one looks: the spending function of O'Brien and
 * Fleming's kind, α(t) = 2 − 2Φ(z/√t) (Lan and DeMets 1983).
 */
export function sequentialP(p: number, fraction: number): number {
  if (!(p < 0.5)) return 1;
  if (p === 0) return 0;
  const z = -normalQuantile(p);
  return Math.min(1, 2 * normalCdf(-z * Math.sqrt(Math.min(1, Math.max(0, fraction)))));
}
