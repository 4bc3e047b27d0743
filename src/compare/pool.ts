import type { Change } from "../model/index.ts";
import { mean, shrink, studentQuantile } from "../stats/index.ts";

/** Rows of one metric from which their common spread is worth more than nothing. */
const LEAST_ROWS = 4;
/** Degrees of freedom lent to each row by the others. */
const PRIOR_DF = 8;

/**
 * Rows of one metric scatter alike over a matrix, so the spread of pairs is pulled towards theirs: with three or four pairs a row knows its
 * own spread too badly to decide by it (Smyth 2004). Only rows whose launches were paired; every other row is left as it is.
 */
export function pooled(changes: readonly Change[]): Change[] {
  return changes.map((change) => {
    const alike = changes.filter((each) => each.metric === change.metric && each.error?.pairs !== undefined);
    if (change.error?.pairs === undefined || alike.length < LEAST_ROWS) return change;
    return widened(change, mean(alike.map((each) => each.error?.perLaunch ?? 0)) ?? 0);
  });
}

function widened(change: Change, prior: number): Change {
  const { error, relative, base } = change;
  if (error?.pairs === undefined || relative === undefined) return change;
  const perLaunch = shrink(error.perLaunch, error.df, prior, PRIOR_DF);
  const [se, df] = [Math.sqrt(perLaunch / error.pairs), error.df + PRIOR_DF];
  const half = studentQuantile(0.975, df) * se;
  const [low, high] = [Math.expm1(Math.log1p(relative) - half), Math.expm1(Math.log1p(relative) + half)];
  return {
    ...change,
    relativeLow: low,
    relativeHigh: high,
    differenceLow: base * low,
    differenceHigh: base * high,
    error: { ...error, perLaunch, se, df },
  };
}
