import type { CellId, CellRecord, Change, CheckResult, Comparison, MetricTag, MetricValue, Validity } from "../../model/index.ts";
import { NOT_MEASURED, quantity } from "../numbers.ts";
import type { Measured } from "../shape.ts";
import { count } from "../words.ts";

/** One check result in its place. */
export interface Placed {
  readonly cell: CellId;
  readonly launch: number;
  readonly launches: number;
  readonly result: CheckResult;
}

export function placed(cells: readonly CellRecord[]): readonly Placed[] {
  return cells.flatMap(({ cell, launches }) =>
    launches.flatMap((launch) =>
      launch.checks.map((result) => ({ cell: cell.id, launch: launch.number, launches: launches.length, result })),
    ),
  );
}

/** Changes by what they are about. */
export function changeIndex(comparison: Comparison): (cell: CellId, metric: MetricTag, workload: string) => Change | undefined {
  const index = new Map(comparison.changes.map((change) => [key(change.cell, change.metric, change.workload), change]));
  return (cell, metric, workload) => index.get(key(cell, metric, workload));
}

export function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** The worst validity of the results a number comes from, by cell, metric and workload. */
export function validityIndex(all: readonly Placed[]): (cell: CellId, metric: MetricTag, workload: string) => Validity | undefined {
  const order = ["valid", "degraded", "invalid"];
  const index = new Map<string, Validity>();
  for (const { cell, result } of all) {
    if (result.validity === undefined) continue;
    for (const { metric, workload } of result.metrics) {
      const at = key(cell, metric, workload);
      const known = index.get(at);
      if (known === undefined || order.indexOf(result.validity.state) > order.indexOf(known.state)) index.set(at, result.validity);
    }
  }
  return (cell, metric, workload) => index.get(key(cell, metric, workload));
}

/** A number for tables and charts, or nothing when it was not measured. An invalid number says so in its text. */
export function measured(value: MetricValue, state: Validity["state"] | undefined, change: Change | undefined): Measured | undefined {
  if (!Number.isFinite(value.value)) return undefined;
  const text = marked(quantity(value.metric, value.value, value.unit), state);
  const finite = (number: number | undefined): number is number => number !== undefined && Number.isFinite(number);
  return {
    text,
    value: value.value,
    ...(finite(value.low) && finite(value.high) ? { low: value.low, high: value.high } : {}),
    ...(change !== undefined && Number.isFinite(change.base)
      ? { base: change.base, baseText: quantity(change.metric, change.base, change.unit) }
      : {}),
    n: Number.isFinite(value.n) ? count(value.n, "sample") : NOT_MEASURED,
  };
}

/** A number of a run that cannot be trusted never stands without the word, which comes first so that no shortening can lose it. */
export function marked(text: string, state: Validity["state"] | undefined): string {
  return state === "invalid" ? `invalid: ${text}` : text;
}

/** `launch 2 of 3`, or nothing to say. */
export function launchText(one: Placed): string {
  return one.launches > 1 ? `launch ${one.launch} of ${one.launches}` : "";
}
