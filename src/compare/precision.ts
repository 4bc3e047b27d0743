import type { ChangeError, NoiseRow } from "../model/index.ts";
import { mean, quantile, satterthwaite, shrink, sorted, studentQuantile, variance, type Estimate } from "../stats/index.ts";

/** One launch's value on the log scale, with the launch's number. */
export interface LogValue {
  readonly launch: number;
  readonly log: number;
}

export interface LogRatio {
  readonly estimate: Estimate;
  readonly error: ChangeError;
  /** exp of the base's centre. */
  readonly base: number;
}

/** Variance of a median over that of a mean, for normal values in the long run. */
const MEDIAN_COST = Math.PI / 2;
/** From this many launches on the base's centre is their median, which one odd launch does not move. */
const MEDIAN_FROM = 5;
const CONFIDENCE = 0.95;

/**
 * ln(head/base) over launches: pair by pair where they were interleaved, against the noise of the history where there is one, otherwise
 * Welch's way. `undefined` where launch-to-launch noise is unknown.
 */
export function logRatio(
  base: readonly LogValue[],
  head: readonly LogValue[],
  { noise, paired }: { readonly noise: NoiseRow | undefined; readonly paired: boolean },
): LogRatio | undefined {
  if (paired) return pairedRatio(base, head);
  if (noise !== undefined) return historyRatio(base, head, noise);
  return welchRatio(logs(base), logs(head));
}

/** Launches of the same number on both sides, in the head's order. */
export function pairsOf(base: readonly LogValue[], head: readonly LogValue[]): { before: number; difference: number }[] {
  return head.flatMap(({ launch, log }) => {
    const mate = base.find((each) => each.launch === launch);
    return mate === undefined ? [] : [{ before: mate.log, difference: log - mate.log }];
  });
}

function pairedRatio(base: readonly LogValue[], head: readonly LogValue[]): LogRatio | undefined {
  const pairs = pairsOf(base, head);
  const differences = pairs.map((pair) => pair.difference);
  const [value, spread] = [mean(differences), variance(differences)];
  if (value === undefined || spread === undefined) return undefined;
  const error = { fixed: 0, perLaunch: spread, df: pairs.length - 1, pairs: pairs.length };
  return told(value, pairs.length, error, Math.exp(mean(pairs.map((pair) => pair.before)) ?? 0));
}

/**
 * Noise between runs falls on this run once, however often it launches; noise between launches averages out. This run's own spread joins
 * the history's, weighted by degrees of freedom.
 */
function historyRatio(base: readonly LogValue[], head: readonly LogValue[], noise: NoiseRow): LogRatio | undefined {
  const centre = mean(logs(head));
  if (centre === undefined || base.length === 0) return undefined;
  const robust = base.length >= MEDIAN_FROM;
  const level = (robust ? quantile(sorted(logs(base)), 0.5) : mean(logs(base))) ?? 0;
  const cost = robust ? MEDIAN_COST : 1;
  const [own, ownDf] = [variance(logs(head)) ?? 0, Math.max(0, head.length - 1)];
  const within = noise.withinDf === 0 ? 0 : shrink(own, ownDf, noise.within ** 2, noise.withinDf);
  const between = noise.between ** 2 * (1 + cost / Math.max(1, noise.window.runs));
  const fixed = between + (within * cost) / base.length;
  const df = satterthwaite([
    { variance: between, df: noise.betweenDf },
    { variance: within * (1 / head.length + cost / base.length), df: ownDf + noise.withinDf },
  ]);
  return told(centre - level, head.length, { fixed, perLaunch: within, df, runs: noise.window.runs }, Math.exp(level));
}

function welchRatio(base: readonly number[], head: readonly number[]): LogRatio | undefined {
  const [b, h] = [variance(base), variance(head)];
  const [before, after] = [mean(base), mean(head)];
  if (b === undefined || h === undefined || before === undefined || after === undefined) return undefined;
  const df = satterthwaite([
    { variance: b / base.length, df: base.length - 1 },
    { variance: h / head.length, df: head.length - 1 },
  ]);
  return told(after - before, head.length, { fixed: b / base.length, perLaunch: h, df }, Math.exp(before));
}

function told(value: number, launches: number, error: Omit<ChangeError, "se">, base: number): LogRatio {
  const se = Math.sqrt(error.fixed + error.perLaunch / launches);
  // So many degrees of freedom are those of the normal distribution; JSON has no infinity.
  const df = Math.min(error.df, 1e6);
  const half = se === 0 ? 0 : studentQuantile(0.5 + CONFIDENCE / 2, df) * se;
  return { estimate: { value, low: value - half, high: value + half }, error: { ...error, df, se }, base };
}

function logs(values: readonly LogValue[]): number[] {
  return values.map((each) => each.log);
}
