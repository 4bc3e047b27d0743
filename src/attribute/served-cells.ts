import {
  effectiveAxes,
  objectionTo,
  served,
  type AxisId,
  type CellId,
  type CellRecord,
  type MetricTag,
  type RunRecord,
} from "../model/index.ts";
import { mean } from "../stats/index.ts";
import type { Axes } from "./evidence.ts";

/** Smaller effects are told as numbers and not in words. */
export const WORTH_WORDS = 0.02;

/** What a cell that served measured, under the values that were in effect. */
export interface ServedCell {
  readonly id: CellId;
  readonly axes: Axes;
  /** Metric and workload → mean of the logarithm over launches. */
  readonly logs: ReadonlyMap<string, number>;
}

/** The cells of a run that served, in the order of the record. */
export function servedCells(record: RunRecord): ServedCell[] {
  return [...record.cells, ...(record.bisected ?? [])].filter(served).map(toServed);
}

function toServed(cell: CellRecord): ServedCell {
  const logs = new Map<string, number[]>();
  for (const check of cell.launches.flatMap((launch) => launch.checks).filter((each) => objectionTo(each) === undefined)) {
    for (const { metric, workload, value } of check.metrics) {
      const key = JSON.stringify([metric, workload]);
      if (value > 0) logs.set(key, [...(logs.get(key) ?? []), Math.log(value)]);
    }
  }
  return { id: cell.cell.id, axes: effectiveAxes(cell), logs: new Map([...logs].map(([key, values]) => [key, mean(values) ?? 0])) };
}

/** Output throughput and every metric that is gated against the baseline. */
export function toldMetrics({ run }: RunRecord): MetricTag[] {
  return [...new Set(["output_throughput", ...run.gates.filter((gate) => gate.kind === "relative").map((gate) => gate.metric)])];
}

/** Values of an axis among these cells, in the order of the configuration: the first is what the others are measured against. */
export function valuesSeen(cells: readonly ServedCell[], axis: AxisId, written: readonly string[] = []): string[] {
  const at = (value: string): number => (written.includes(value) ? written.indexOf(value) : written.length);
  const values = [...new Set(cells.map((cell) => cell.axes[axis]))].filter((value) => value !== undefined);
  return values.toSorted((a, b) => at(a) - at(b));
}

/** The values of a cell on every other axis, as one text. */
export function apartFrom(axes: readonly AxisId[], cell: ServedCell): string {
  return JSON.stringify(Object.entries(cell.axes).filter(([axis]) => !axes.includes(axis)));
}

/** ln(after / before) of a metric, averaged over the workloads that both measured; `undefined` where there is none. */
export function logRatio(before: ServedCell, after: ServedCell, metric: MetricTag): number | undefined {
  const shared = [...before.logs].filter(([key]) => (JSON.parse(key) as string[])[0] === metric && after.logs.has(key));
  return mean(shared.map(([key, log]) => (after.logs.get(key) ?? 0) - log));
}

/** `−3.1%`. */
export function percent(share: number): string {
  return `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(100 * share).toFixed(1)}%`;
}
