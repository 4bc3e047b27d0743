import type { NoiseRow } from "../model/index.ts";
import { changePoints, mean, shrink, sum, varianceComponents } from "../stats/index.ts";

/** One number of one cell over the runs of a history, oldest first; natural logarithms, one per launch. */
export interface Series {
  readonly fingerprint: string;
  readonly cell: string;
  readonly metric: string;
  readonly workload: string;
  readonly runs: readonly { readonly run: string; readonly at: string; readonly logs: readonly number[] }[];
}

/** Runs below which a history says nothing of noise. */
const LEAST_RUNS = 3;
/** Degrees of freedom lent by the other cells' spread of the same metric. */
const PRIOR_DF = 4;

/**
 * Noise of every series with three runs or more. Levels between the change points are taken out first, so that a repaired regression does
 * not count as noise. A cell's own variance is pulled towards that of the same metric in all cells, which a short history needs.
 */
export function noiseOf(
  series: readonly Series[],
  windows: ReadonlyMap<string, { readonly runs: number; readonly launches: number }>,
): NoiseRow[] {
  const known = series
    .filter((each) => each.runs.length >= LEAST_RUNS)
    .map((each) => ({ each, ...varianceComponents(levelled(each)), segments: starts(each).length }));
  return known.map(({ each, between, betweenDf, within, withinDf, segments }) => {
    const alike = known.filter((other) => other.each.metric === each.metric);
    const prior = { between: weighted(alike, "between"), within: weighted(alike, "within") };
    const df = Math.max(1, betweenDf - segments);
    return {
      fingerprint: each.fingerprint,
      metric: each.metric,
      workload: each.workload,
      between: Math.sqrt(shrink(between, df, prior.between, PRIOR_DF)),
      betweenDf: df + PRIOR_DF,
      within: Math.sqrt(shrink(within, withinDf, prior.within, withinDf === 0 ? 0 : PRIOR_DF)),
      withinDf: withinDf === 0 ? 0 : withinDf + PRIOR_DF,
      window: windows.get(each.fingerprint) ?? { runs: 0, launches: 0 },
    };
  });
}

function weighted(alike: readonly ReturnType<typeof varianceComponents>[], part: "between" | "within"): number {
  const df = sum(alike.map((each) => each[`${part}Df`]));
  return df === 0 ? 0 : sum(alike.map((each) => each[part] * each[`${part}Df`])) / df;
}

/** The launches of each run with the level of its segment taken off. */
function levelled(series: Series): number[][] {
  const edges = [0, ...starts(series), series.runs.length];
  return edges.slice(1).flatMap((to, i) => {
    const runs = series.runs.slice(edges[i], to);
    const level = mean(runs.flatMap((run) => run.logs)) ?? 0;
    return runs.map((run) => run.logs.map((log) => log - level));
  });
}

function starts(series: Series): number[] {
  return changePoints(series.runs.map((run) => mean(run.logs) ?? 0));
}

/** The last shift of every series that shifted, as a sentence. */
export function shifts(series: readonly Series[]): string[] {
  return series.flatMap((each) => {
    const at = starts(each).at(-1);
    const run = at === undefined ? undefined : each.runs[at];
    if (at === undefined || run === undefined) return [];
    const earlier = [0, ...starts(each)].at(-2) ?? 0;
    const level = (from: number, to: number): number => mean(each.runs.slice(from, to).map((one) => mean(one.logs) ?? 0)) ?? 0;
    const change = Math.expm1(level(at, each.runs.length) - level(earlier, at));
    const size = `${change > 0 ? "+" : "−"}${Math.abs(100 * change).toFixed(1)}%`;
    return [
      `${each.metric} of ${each.cell} ${each.workload} shifted by ${size} on the base branch with run ${run.run} of ${run.at.slice(0, 10)}`,
    ];
  });
}
