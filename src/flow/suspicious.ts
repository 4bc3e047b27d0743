import { compare, type Base } from "../compare/index.ts";
import { judge } from "../judge/index.ts";
import type { CellId, RunRecord } from "../model/index.ts";

/**
 * Cells whose numbers lean towards a regression, so that more launches could show or dispel it, and that may have more: up to `most` each.
 * A launch added here joins the others and replaces none, and the judge asks more of a loss the earlier it is looked at, so that looking
 * again and again does not raise the rate of false alarms.
 */
export function suspicious(record: RunRecord | undefined, base: Base | undefined, most: number): readonly CellId[] {
  if (record === undefined || base === undefined || !("run" in base)) return [];
  // Both sides are told as finished: the question is what they would say now.
  const verdict = judge(record, compare({ ...record, state: "finished" }, { ...base, state: "finished" }), []);
  const leaning = new Set(
    verdict.gates.flatMap((gate) => gate.rows.filter((row) => row.confirm === true && row.advisory === undefined).map((row) => row.cell)),
  );
  return record.cells.filter(({ cell, launches }) => leaning.has(cell.id) && launches.length < most).map(({ cell }) => cell.id);
}
