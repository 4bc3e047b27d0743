import { effectiveAxes, faultOf, type AxisId, type RunRecord } from "../model/index.ts";
import { evidence, type Axes, type Evidence } from "./evidence.ts";
import { holds, separate } from "./separate.ts";
import { distance, product } from "./settle.ts";

/**
 * Cells whose outcome would bring the run closer to naming the smallest conjunction behind its first failure that is not settled, the most
 * telling first; empty when every failure is settled. Where several conjunctions explain a failure, a cell tells the more the more evenly
 * it splits them. A single one is settled once every other axis had two values in failing cells; until then the cell that changes most of
 * them is asked for. Failures of the machine, those the ledger expects, and cells that were launched or left out on purpose are passed over.
 */
export function untried(record: RunRecord): Axes[] {
  const asked = [...record.cells, ...(record.bisected ?? [])].flatMap((each) => [each.cell.axes, effectiveAxes(each)]);
  const left = record.skipped.filter(({ kind }) => kind !== "over-budget").map(({ cell }) => cell.axes);
  const known = new Set([...asked, ...left].map(keyOf));
  const cells = product(valuesOf(record)).filter((axes) => !known.has(keyOf(axes)));
  return (
    evidence(record)
      .filter(({ class: failure }) => worthIt(record, failure))
      .map((each) => telling(each, cells))
      .find((each) => each.length > 0) ?? []
  );
}

/** Of the matrix and of the rows added to it. */
function valuesOf({ run, cells }: RunRecord): Readonly<Record<AxisId, readonly string[]>> {
  const axes = [...new Set([...Object.keys(run.axes), ...cells.flatMap(({ cell }) => Object.keys(cell.axes))])];
  const seen = (axis: AxisId): string[] => cells.flatMap(({ cell }) => cell.axes[axis] ?? []);
  return Object.fromEntries(axes.map((axis) => [axis, [...new Set([...(run.axes[axis] ?? []), ...seen(axis)])]]));
}

function worthIt(record: RunRecord, failure: Evidence["class"]): boolean {
  if (record.run.expectedFailures.some((entry) => entry.class === failure)) return false;
  return record.cells.some(({ launches }) => launches.some((each) => faultOf(each) === failure && each.diagnosis?.infra === undefined));
}

function telling(known: Evidence, cells: readonly Axes[]): Axes[] {
  const explanations = separate(known);
  const [only] = explanations;
  if (only === undefined) return [];
  const far = (axes: Axes): number => Math.min(...known.failing.map((each) => distance(axes, each)));
  if (explanations.length === 1) {
    return cells.filter((axes) => fresh(axes, only, known) > 0).toSorted((a, b) => fresh(b, only, known) - fresh(a, only, known));
  }
  const uneven = (axes: Axes): number => Math.abs(explanations.filter((when) => holds(when, axes)).length - explanations.length / 2);
  return cells.filter((axes) => uneven(axes) < explanations.length / 2).toSorted((a, b) => uneven(a) - uneven(b) || far(a) - far(b));
}

/** Axes outside the explanation that had one value in every failing cell, and another here: they may belong to it. */
function fresh(axes: Axes, when: Axes, { failing }: Evidence): number {
  if (!holds(when, axes)) return 0;
  return Object.keys(axes).filter((axis) => !(axis in when) && failing.every((each) => each[axis] !== axes[axis])).length;
}

function keyOf(axes: Axes): string {
  return JSON.stringify(Object.entries(axes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
