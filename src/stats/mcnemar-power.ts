import { binomialCdf, binomialPmf } from "./binomial.ts";
import { mcnemarExact } from "./proportion.ts";
import { solve } from "./solve.ts";

/**
 * How often McNemar's exact test (two-sided p below `alpha`) finds a loss, where of `pairs` each gets worse with probability `worse` and better
 * with `better`: summed over how many pairs differ and how they fall.
 */
export function mcnemarPower(pairs: number, worse: number, better: number, alpha = 0.05): number {
  const differ = worse + better;
  if (differ <= 0) return 0;
  const spread = Math.sqrt(pairs * differ * (1 - differ));
  const from = Math.max(0, Math.floor(pairs * differ - 9 * spread - 9));
  const to = Math.min(pairs, Math.ceil(pairs * differ + 9 * spread + 9));
  let power = 0;
  let critical = Math.ceil(from / 2);
  for (let m = from; m <= to; m += 1) {
    while (critical <= m && (critical * 2 <= m || mcnemarExact(critical, m - critical) >= alpha)) critical += 1;
    if (critical <= m) power += binomialPmf(m, pairs, differ) * (1 - binomialCdf(critical - 1, m, worse / differ));
  }
  return power;
}

/**
 * The smallest loss, as a share, that `pairs` questions show with this power, when a share `flips` of the answers changes by itself, half of
 * them either way. `undefined` where not even the loss of all would show.
 */
export function detectableLoss(pairs: number, flips: number, power = 0.8, alpha = 0.05): number | undefined {
  const half = Math.min(0.5, flips / 2);
  const found = (loss: number): number => mcnemarPower(pairs, Math.min(1 - half, half + loss), half, alpha);
  const most = 1 - 2 * half;
  return found(most) < power ? undefined : solve(found, power, 0, most);
}
