import { mean, variance } from "./moments.ts";
import { studentCdf } from "./student.ts";

/**
 * Where the level of a series changes: indices that begin a new segment, ascending. Splits at the largest t statistic while its two-sided
 * p, times the splits tried, is at most `p`; segments keep `least` values or more (binary segmentation, Scott and Knott 1974, with the
 * t test that replaced the permutations of E-divisive in Hunter, Fleming et al. 2023).
 */
export function changePoints(values: readonly number[], { p = 0.001, least = 4 }: { p?: number; least?: number } = {}): number[] {
  const splits = Math.max(0, values.length - 2 * least + 1);
  if (splits === 0) return [];
  const tried = Array.from({ length: splits }, (_, i) => i + least).map((at) => ({ at, t: pooledT(values, at) }));
  const best = tried.reduce((a, b) => (b.t > a.t ? b : a));
  const tail = 2 * (1 - studentCdf(best.t, values.length - 2));
  if (!(tail * splits <= p)) return [];
  return [
    ...changePoints(values.slice(0, best.at), { p, least }),
    best.at,
    ...changePoints(values.slice(best.at), { p, least }).map((at) => at + best.at),
  ];
}

function pooledT(values: readonly number[], at: number): number {
  const [before, after] = [values.slice(0, at), values.slice(at)];
  const spread = ((variance(before) ?? 0) * (before.length - 1) + (variance(after) ?? 0) * (after.length - 1)) / (values.length - 2);
  const distance = Math.abs((mean(after) ?? 0) - (mean(before) ?? 0));
  if (distance === 0) return 0;
  return distance / Math.sqrt(spread * (1 / before.length + 1 / after.length));
}
