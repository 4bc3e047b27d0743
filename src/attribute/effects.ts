import {
  axesText,
  effectiveAxes,
  objectionTo,
  served,
  type AxisId,
  type CellRecord,
  type MetricTag,
  type RunRecord,
  type ToggleEffect,
} from "../model/index.ts";
import { mean, meanInterval } from "../stats/index.ts";
import type { Axes } from "./evidence.ts";

/** Smaller effects are told as numbers and not in words. */
const WORTH_WORDS = 0.02;

interface Served {
  readonly axes: Axes;
  /** Metric and workload → mean of the logarithm over launches. */
  readonly logs: ReadonlyMap<string, number>;
}

/**
 * What each toggle does to output throughput and to every metric that is gated against the baseline, from pairs of serving cells that differ
 * in that toggle alone, as they stood in effect: the mean log ratio over all workloads, with a t interval over the pairs. An axis whose
 * values were never seen apart from another's has no pair, and the sentence says which cell would separate them.
 */
export function effects(record: RunRecord): ToggleEffect[] {
  const cells = record.cells.filter(served).map(toServed);
  const gated = record.run.gates.filter((gate) => gate.kind === "relative").map((gate) => gate.metric);
  return Object.keys(record.run.axes).flatMap((axis) => {
    const values = [...new Set(cells.map((cell) => cell.axes[axis]))].filter((value) => value !== undefined);
    const [from, ...others] = inOrder(values, record.run.axes[axis] ?? []);
    if (from === undefined) return [];
    return others.flatMap((to) => {
      const pairs = pairsOf(cells, axis, from, to);
      if (pairs.length === 0) return [inseparable(axis, from, to, cells)];
      return [...new Set(["output_throughput", ...gated])].flatMap((metric) => effect(axis, from, to, metric, pairs));
    });
  });
}

function inOrder(values: readonly string[], written: readonly string[]): string[] {
  const at = (value: string): number => (written.includes(value) ? written.indexOf(value) : written.length);
  return values.toSorted((a, b) => at(a) - at(b));
}

function toServed(cell: CellRecord): Served {
  const logs = new Map<string, number[]>();
  for (const check of cell.launches.flatMap((launch) => launch.checks).filter((each) => objectionTo(each) === undefined)) {
    for (const { metric, workload, value } of check.metrics) {
      const key = JSON.stringify([metric, workload]);
      if (value > 0) logs.set(key, [...(logs.get(key) ?? []), Math.log(value)]);
    }
  }
  return { axes: effectiveAxes(cell), logs: new Map([...logs].map(([key, values]) => [key, mean(values) ?? 0])) };
}

function pairsOf(cells: readonly Served[], axis: AxisId, from: string, to: string): (readonly [Served, Served])[] {
  const rest = ({ axes }: Served): string => JSON.stringify(Object.entries(axes).filter(([other]) => other !== axis));
  return cells
    .filter((cell) => cell.axes[axis] === from)
    .flatMap((before) =>
      cells
        .filter((after) => after.axes[axis] === to && rest(after) === rest(before))
        .slice(0, 1)
        .map((after) => [before, after] as const),
    );
}

function effect(axis: AxisId, from: string, to: string, metric: MetricTag, pairs: readonly (readonly [Served, Served])[]): ToggleEffect[] {
  const ratios = pairs.flatMap(([before, after]) => {
    const shared = [...before.logs].filter(([key]) => (JSON.parse(key) as string[])[0] === metric && after.logs.has(key));
    const ratio = mean(shared.map(([key, log]) => (after.logs.get(key) ?? 0) - log));
    return ratio === undefined ? [] : [ratio];
  });
  const value = mean(ratios);
  if (value === undefined) return [];
  const interval = meanInterval(ratios);
  const relative = Math.expm1(value);
  const bounds = interval === undefined ? {} : { low: Math.expm1(interval.low), high: Math.expm1(interval.high) };
  const clear = interval === undefined || interval.low > 0 || interval.high < 0;
  const told = clear && Math.abs(relative) >= WORTH_WORDS;
  const range =
    interval === undefined
      ? "one pair of cells, no interval"
      : `${ratios.length} pairs of cells, 95% interval ${percent(Math.expm1(interval.low))} to ${percent(Math.expm1(interval.high))}`;
  const sentence = `${axis}=${to} instead of ${from}: ${percent(relative)} ${metric} (${range})`;
  return [{ axis, from, to, metric, relative, ...bounds, pairs: ratios.length, ...(told ? { sentence } : {}) }];
}

function inseparable(axis: AxisId, from: string, to: string, cells: readonly Served[]): ToggleEffect {
  const wanted = cells.find((cell) => cell.axes[axis] === from);
  const cell = axesText({ ...wanted?.axes, [axis]: to });
  const sentence = `The effect of ${axis}=${to} cannot be told from that of other toggles: no two serving cells differ in it alone; the cell ${cell} would tell`;
  return { axis, from, to, metric: "output_throughput", pairs: 0, sentence };
}

function percent(share: number): string {
  return `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(100 * share).toFixed(1)}%`;
}
