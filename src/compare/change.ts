import { metricOf } from "../metrics/index.ts";
import type { Change, MetricValue, NoiseRow, Unit } from "../model/index.ts";
import { average, combine, mean, welch, type Estimate } from "../stats/index.ts";
import { differenceNumbers, type Numbers } from "./numbers.ts";
import { pairedChange } from "./paired.ts";
import { logRatio, pairsOf, type LogValue } from "./precision.ts";
import type { Row } from "./rows.ts";

/**
 * One metric before → after. Accuracy pairs the answers by question where it can. Otherwise positive quantities are compared on the log
 * scale, since effects on speed multiply; shares on their own scale, since they add and may be 0. Two launches or more on both sides
 * give a t interval over launches, and so does one where a history knows the noise; otherwise the intervals within the launches stand, which
 * know nothing of launch-to-launch noise. `paired` means that launches of the same number were run next to each other.
 */
export function change(
  cell: string,
  base: Row,
  head: Row,
  { noise, paired: interleaved = false }: { readonly noise?: NoiseRow; readonly paired?: boolean } = {},
): Change {
  const unit = (head.values[0] ?? base.values[0])?.value.unit ?? "count";
  const paired = base.metric === "accuracy" ? pairedChange(base, head) : undefined;
  const [before, after] = [base.values.map((each) => each.value), head.values.map((each) => each.value)];
  return {
    cell,
    metric: base.metric,
    workload: base.workload,
    unit,
    better: metricOf(base.metric)?.better ?? "higher",
    ...(paired ?? (onLogScale(unit, before, after) ? multiplied(base, head, noise, interleaved) : added(before, after))),
    launches: { base: before.length, head: after.length },
  };
}

function onLogScale(unit: Unit, before: readonly MetricValue[], after: readonly MetricValue[]): boolean {
  const share = unit === "percent" || unit === "points";
  return !share && [...before, ...after].every((each) => each.value > 0 && (each.low ?? each.value) > 0);
}

function multiplied(baseRow: Row, headRow: Row, noise: NoiseRow | undefined, paired: boolean): Numbers {
  const [before, after] = [baseRow.values.map((each) => each.value), headRow.values.map((each) => each.value)];
  const ratio = logRatio(logValues(baseRow), logValues(headRow), { noise, paired });
  const [estimate, certainty] = ratio === undefined ? withinLaunches(before, after, Math.log) : [ratio.estimate, "launches" as const];
  const base = ratio?.error.runs === undefined ? geometricMean(before) : ratio.base;
  const head = geometricMean(after);
  const relative = estimate && { relativeLow: Math.expm1(estimate.low), relativeHigh: Math.expm1(estimate.high) };
  const value = ratio?.error.pairs === undefined ? head / base - 1 : Math.expm1(ratio.estimate.value);
  return {
    base,
    head,
    relative: value,
    ...relative,
    difference: head - base,
    ...(relative && { differenceLow: base * relative.relativeLow, differenceHigh: base * relative.relativeHigh }),
    certainty,
    ...(ratio === undefined ? {} : { error: ratio.error }),
    n: counts(before, after),
  };
}

/** ln(head/base) of every pair of launches, where the change was found pair by pair. */
export function ratiosOf({ error }: Change, base: Row, head: Row): readonly number[] | undefined {
  return error?.pairs === undefined ? undefined : pairsOf(logValues(base), logValues(head)).map(({ difference }) => difference);
}

function logValues(row: Row): LogValue[] {
  return row.values.map(({ launch, value }) => ({ launch, log: Math.log(value.value) }));
}

function geometricMean(side: readonly MetricValue[]): number {
  const [first, ...rest] = side;
  // One value is printed as it was measured, not as exp(ln(it)).
  if (first !== undefined && rest.length === 0) return first.value;
  return Math.exp(mean(side.map((each) => Math.log(each.value))) ?? Number.NaN);
}

function added(before: readonly MetricValue[], after: readonly MetricValue[]): Numbers {
  const [estimate, certainty] = estimated(before, after, (x) => x);
  const base = mean(before.map((each) => each.value)) ?? Number.NaN;
  const head = mean(after.map((each) => each.value)) ?? Number.NaN;
  return { ...differenceNumbers(base, head, estimate), certainty, n: counts(before, after) };
}

function estimated(
  before: readonly MetricValue[],
  after: readonly MetricValue[],
  scale: (value: number) => number,
): [Estimate | undefined, Change["certainty"]] {
  if (before.length < 2 || after.length < 2) return withinLaunches(before, after, scale);
  const values = (side: readonly MetricValue[]): number[] => side.map((each) => scale(each.value));
  return [welch(values(before), values(after)), "launches"];
}

function withinLaunches(
  before: readonly MetricValue[],
  after: readonly MetricValue[],
  scale: (value: number) => number,
): [Estimate | undefined, Change["certainty"]] {
  const [b, a] = [within(before, scale), within(after, scale)];
  return b === undefined || a === undefined ? [undefined, "none"] : [combine(b, a), "within-launch"];
}

/** The side's value with the interval that its launches measured within themselves; `undefined` where one has none. */
function within(side: readonly MetricValue[], scale: (value: number) => number): Estimate | undefined {
  const estimates = side.flatMap(({ value, low, high }) =>
    low === undefined || high === undefined ? [] : [{ value: scale(value), low: scale(low), high: scale(high) }],
  );
  return estimates.length < side.length ? undefined : average(estimates);
}

function counts(before: readonly MetricValue[], after: readonly MetricValue[]): Change["n"] {
  const total = (side: readonly MetricValue[]): number => side.reduce((sum, each) => sum + each.n, 0);
  return { base: total(before), head: total(after) };
}
