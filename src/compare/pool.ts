import type { Change } from "../model/index.ts";
import {
  huber,
  huberVariance,
  mean,
  medianDeviation,
  shrink,
  studentQuantile,
  typicalVariance,
  variance,
  variancePrior,
} from "../stats/index.ts";

/** What is left of the degrees of freedom of a sample that had to tell its own scale; found by simulation of the intervals' coverage. */
const OWN_SCALE_DF = 0.7;
const LEAST_ALONE = 6;

/** A change with the log ratios of its pairs of launches; without them where it was not found pair by pair. */
export interface PairedRow {
  readonly change: Change;
  readonly ratios?: readonly number[];
}

/** Rows of one metric from which their common spread is worth more than nothing. */
const LEAST_ROWS = 4;
/** Rows of one launch move together, so they lend each other no more degrees of freedom than this. */
const MOST_PRIOR_DF = 60;

/**
 * Rows of one metric scatter alike over a matrix, and with three or four pairs a row knows its own spread too badly to decide by it. Their
 * typical spread says which pairs are odd, so that one launch that stands 10 % off does not carry a row (Huber 1964), and every row's
 * variance is pulled towards theirs by as much as they agree (Smyth 2004). Rows that were not paired, or have too few alike, stay as they are.
 */
export function pooled(rows: readonly PairedRow[]): Change[] {
  const metrics = [...new Set(rows.map(({ change }) => change.metric))];
  const robust = new Map(metrics.flatMap((metric) => robustly(rows.filter((row) => row.change.metric === metric))));
  return rows.map(({ change }) => robust.get(change) ?? change);
}

function robustly(rows: readonly PairedRow[]): [Change, Change][] {
  const paired = rows.flatMap(({ change, ratios }) => (ratios === undefined || ratios.length < 2 ? [] : [{ change, ratios }]));
  if (paired.length < LEAST_ROWS) return paired.flatMap(({ change, ratios }) => alone(change, ratios));
  const typical = Math.sqrt(typicalVariance(paired.map(({ ratios }) => ({ variance: variance(ratios) ?? 0, df: ratios.length - 1 }))));
  const centred = paired.flatMap((row) => {
    const centre = huber(row.ratios, Math.max(typical, medianDeviation(row.ratios) ?? 0));
    return centre === undefined ? [] : [{ ...row, centre, n: row.ratios.length }];
  });
  const usual = mean(centred.map(({ centre }) => centre.share)) ?? 1;
  // Of three or four pairs the share says little by itself; a row that holds back more than is usual is still believed halfway.
  const known = centred.map((row) => ({
    ...row,
    df: row.n - 1,
    variance: huberVariance(row.centre, Math.min(usual, (row.centre.share + usual) / 2), row.n),
  }));
  const prior = variancePrior(known);
  if (prior === undefined) return [];
  const priorDf = Math.min(prior.df, MOST_PRIOR_DF);
  return known.map(({ change, centre, df, n, variance: own }) => {
    const perLaunch = shrink(own, df, prior.variance, priorDf);
    return [change, told(change, centre.value, { fixed: 0, perLaunch, df: df + priorDf, pairs: n })];
  });
}

/** A row with nobody to learn from learns its scale from its own pairs; fewer than six say too little of it. */
function alone(change: Change, ratios: readonly number[]): [Change, Change][] {
  const n = ratios.length;
  const centre = n < LEAST_ALONE ? undefined : huber(ratios, medianDeviation(ratios) ?? 0);
  if (centre === undefined) return [];
  const perLaunch = huberVariance(centre, centre.share, n);
  return [[change, told(change, centre.value, { fixed: 0, perLaunch, df: OWN_SCALE_DF * (n - 1), pairs: n })]];
}

function told(change: Change, value: number, error: Omit<NonNullable<Change["error"]>, "se">): Change {
  const se = Math.sqrt(error.perLaunch / (error.pairs ?? 1));
  const half = studentQuantile(0.975, error.df) * se;
  const [low, high] = [Math.expm1(value - half), Math.expm1(value + half)];
  return {
    ...change,
    relative: Math.expm1(value),
    relativeLow: low,
    relativeHigh: high,
    differenceLow: change.base * low,
    differenceHigh: change.base * high,
    error: { ...error, se },
  };
}
