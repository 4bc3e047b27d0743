import { binomialCdf, binomialPmf, clopperPearson } from "./binomial.ts";
import { normalQuantile } from "./normal.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Score interval of a proportion, k of n (Wilson 1927). Throws where n is 0: nothing was observed. */
export function wilson(k: number, n: number, confidence = 0.95): Interval {
  if (n <= 0) throw new RangeError("a proportion of nothing has no interval");
  const z2 = normalQuantile(0.5 + confidence / 2) ** 2;
  const centre = (k + z2 / 2) / (n + z2);
  const half = (Math.sqrt(z2) / (n + z2)) * Math.sqrt((k * (n - k)) / n + z2 / 4);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * Two-sided p of McNemar's exact test: `worse` pairs went from right to wrong, `better` the other way, and under no change each
 * discordant pair falls either way with probability one half.
 */
export function mcnemarExact(worse: number, better: number): number {
  const n = worse + better;
  return n === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(worse, better), n, 0.5));
}

/**
 * One-sided p that pairs get worse, McNemar's mid-p test: of the outcome observed only half counts (Fagerland, Lydersen and Laake 2013), so
 * that its level is what it says, where the exact test's lies well below.
 */
export function mcnemarMidP(worse: number, better: number): number {
  const n = worse + better;
  return n === 0 ? 1 : 1 - binomialCdf(worse, n, 0.5) + binomialPmf(worse, n, 0.5) / 2;
}

/**
 * Difference of two paired proportions (after − before) for *these* pairs, with the exact interval that belongs to McNemar's test: of
 * the pairs that differ, the share that got better has a Clopper–Pearson interval, scaled by how many differ. It excludes 0 exactly
 * where the test has p < 1 − confidence. It is cut at −worse and +better: pairs that got better cannot make a loss larger than had they
 * stayed as they were. It says nothing of pairs that were not asked; `pairedPopulationDifference` does.
 */
export function pairedDifference(worse: number, better: number, pairs: number, confidence = 0.95): Interval & { readonly value: number } {
  const differing = worse + better;
  const value = (better - worse) / pairs;
  if (differing === 0) return { value, low: 0, high: 0 };
  const share = clopperPearson(better, differing, confidence);
  const [low, high] = [differing * (2 * share.low - 1), differing * (2 * share.high - 1)];
  return { value, low: Math.max(-worse, low) / pairs, high: Math.min(better, high) / pairs };
}

/**
 * The same difference for the population that the pairs were drawn from: Wald's interval after adding one pair of each discordant
 * kind (Bonett and Price 2012), which keeps its coverage with few pairs and never has width zero.
 */
export function pairedPopulationDifference(worse: number, better: number, pairs: number, confidence = 0.95): Interval {
  const n = pairs + 2;
  const [down, up] = [(worse + 1) / n, (better + 1) / n];
  const half = normalQuantile(0.5 + confidence / 2) * Math.sqrt((up + down - (up - down) ** 2) / n);
  return { low: Math.max(-1, up - down - half), high: Math.min(1, up - down + half) };
}
