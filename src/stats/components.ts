import { mean, sum, variance } from "./moments.ts";

/** Variance between groups beyond what their members explain, and within groups, each with its degrees of freedom. */
export interface Components {
  readonly between: number;
  readonly betweenDf: number;
  readonly within: number;
  readonly withinDf: number;
}

/**
 * One-way random effects by the analysis of variance, unequal groups allowed (Searle, Casella and McCulloch 1992, §3.6); a negative
 * estimate between groups is 0. Groups of one member each cannot tell the two apart: all of it then counts as between.
 */
export function varianceComponents(groups: readonly (readonly number[])[]): Components {
  const filled = groups.filter((group) => group.length > 0);
  const total = sum(filled.map((group) => group.length));
  const [betweenDf, withinDf] = [Math.max(0, filled.length - 1), total - filled.length];
  const within = withinDf === 0 ? 0 : sum(filled.map((group) => (variance(group) ?? 0) * (group.length - 1))) / withinDf;
  if (betweenDf === 0) return { between: 0, betweenDf, within, withinDf };
  const centre = mean(filled.flat()) ?? 0;
  const meanSquare = sum(filled.map((group) => group.length * ((mean(group) ?? 0) - centre) ** 2)) / betweenDf;
  const size = (total - sum(filled.map((group) => group.length ** 2)) / total) / betweenDf;
  return { between: Math.max(0, (meanSquare - within) / size), betweenDf, within, withinDf };
}

/** A variance pulled towards a prior one that counts as `priorDf` degrees of freedom (Smyth 2004, the posterior mean). */
export function shrink(value: number, df: number, prior: number, priorDf: number): number {
  return df + priorDf === 0 ? 0 : (df * value + priorDf * prior) / (df + priorDf);
}

/** Degrees of freedom of a sum of independent variance estimates (Satterthwaite 1946); infinite where nothing varies. */
export function satterthwaite(parts: readonly { readonly variance: number; readonly df: number }[]): number {
  const real = parts.filter((part) => part.variance > 0);
  const spread = sum(real.map((part) => part.variance ** 2 / Math.max(1, part.df)));
  return spread === 0 ? Number.POSITIVE_INFINITY : sum(real.map((part) => part.variance)) ** 2 / spread;
}
