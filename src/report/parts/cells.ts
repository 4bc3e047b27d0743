import { CELL_CLASSES } from "../../model/index.ts";
import type { CellVerdict, Comparison, RunRecord, SkippedCell, Verdict } from "../../model/index.ts";
import type { CellView, Grid, Tile, View } from "../shape.ts";
import { classWords, count, list, SYMBOLS } from "../words.ts";
import { sentence } from "./facts.ts";
import { matrixAxes, valuesPerAxis, type Labels } from "./labels.ts";

/** Every cell with its class, worst first, then in matrix order. */
export function cellViews(record: RunRecord, comparison: Comparison, verdict: Verdict, names: Labels): readonly CellView[] {
  const notes = new Map(record.cells.map((one) => [one.cell.id, one.notes]));
  const views = verdict.cells.map((cell): CellView => {
    const { word, tone, symbol } = classWords(cell.class);
    return {
      ...names.of(cell.cell),
      class: cell.class,
      word,
      tone,
      symbol,
      reason: cell.reason,
      why: [cell.reason, ...(notes.get(cell.cell) ?? [])]
        .filter((part) => part !== "")
        .map(sentence)
        .join(" "),
      before: beforeText(comparison, cell.cell),
      ...(cell.failure === undefined ? {} : { failure: cell.failure }),
    };
  });
  return views.sort((a, b) => CELL_CLASSES.indexOf(b.class) - CELL_CLASSES.indexOf(a.class));
}

/** How a cell stood in the baseline, in a few words. */
export function beforeText(comparison: Comparison, cell: string): string {
  const before = comparison.before[cell];
  if (before !== undefined) return before.served ? "served" : `failed with ${before.class}`;
  return comparison.baseline.state === "found" ? "not in the baseline" : "no baseline";
}

/** Cells that failed in the baseline and serve in every launch now, gathered by what had broken. */
export function recovered(record: RunRecord, comparison: Comparison, names: Labels): readonly string[] {
  const back = record.cells.flatMap(({ cell, launches }) => {
    const before = comparison.before[cell.id];
    const serves = launches.length > 0 && launches.every((launch) => launch.outcome.state === "measured");
    return before !== undefined && !before.served && serves ? [{ label: names.of(cell.id).label, class: before.class }] : [];
  });
  return [...new Set(back.map((one) => one.class))].map((of) => {
    const labels = back.filter((one) => one.class === of).map((one) => one.label);
    const told = labels.length > 6 ? "" : `: ${list(labels)}`;
    return `${count(labels.length, "cell")} that failed with ${of} in the baseline ${labels.length === 1 ? "serves" : "serve"} now${told}.`;
  });
}

export function counts(verdict: Verdict): View["counts"] {
  return [...CELL_CLASSES]
    .reverse()
    .map((of) => ({ class: of, ...pick(of), count: verdict.cells.filter((cell) => cell.class === of).length }))
    .filter((one) => one.count > 0);
}

function pick(of: CellVerdict["class"]): { readonly word: string; readonly tone: CellView["tone"] } {
  const { word, tone } = classWords(of);
  return { word, tone };
}

/** Widest grid that still reads as a picture. */
const MOST_COLUMNS = 8;

/** Leading axes go down, as many trailing axes as fit go across. */
export function grid(record: RunRecord, verdict: Verdict): Grid {
  const cells = [...record.cells.map((one) => one.cell), ...record.skipped.map((one) => one.cell)];
  const values = valuesPerAxis(record, cells);
  const axes = matrixAxes(record, [...values.keys()]);
  let split = axes.length;
  let width = 1;
  while (split > 1 && width * (values.get(axes[split - 1] ?? "")?.length ?? 1) <= MOST_COLUMNS) {
    split -= 1;
    width *= values.get(axes[split] ?? "")?.length ?? 1;
  }
  const rowAxes = axes.slice(0, split);
  const columnAxes = axes.slice(split);
  const whole = cells.filter(
    (cell) => axes.every((axis) => cell.axes[axis] !== undefined) && Object.keys(cell.axes).length === axes.length,
  );
  const keyOf = (parts: readonly string[]): string => JSON.stringify(parts);
  const byKey = new Map(whole.map((cell) => [keyOf(axes.map((axis) => cell.axes[axis] ?? "")), cell]));
  const tileOf = tiles(record.skipped, verdict);
  const columns = product(columnAxes.map((axis) => values.get(axis) ?? []));
  const rows = product(rowAxes.map((axis) => values.get(axis) ?? []))
    .map((row) => ({ values: row, found: columns.map((column) => byKey.get(keyOf([...row, ...column]))) }))
    .filter((row) => row.found.some((cell) => cell !== undefined))
    .map((row) => ({ values: row.values, tiles: row.found.map((cell) => tileOf(cell?.id)) }));
  const others = cells.filter((cell) => !whole.includes(cell)).map((cell) => ({ ...tileOf(cell.id), label: cell.id }));
  return { rowAxes, columnAxes, columns, rows, others };
}

function tiles(skipped: readonly SkippedCell[], verdict: Verdict): (cell: string | undefined) => Tile {
  const verdicts = new Map(verdict.cells.map((cell) => [cell.cell, cell]));
  const left = new Map(skipped.map((one) => [one.cell.id, one]));
  return (cell) => {
    const judged = cell === undefined ? undefined : verdicts.get(cell);
    if (cell !== undefined && judged !== undefined) {
      return { cell, ...classWords(judged.class), detail: judged.failure ?? "" };
    }
    const skip = cell === undefined ? undefined : left.get(cell);
    if (cell !== undefined && skip !== undefined) return { cell, word: "skipped", tone: "muted", symbol: "–", detail: skip.kind };
    return { word: "not in the matrix", tone: "muted", symbol: SYMBOLS.muted, detail: "" };
  };
}

/** All combinations, the last list turning fastest; one empty combination of no lists. */
function product(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists.reduce<readonly (readonly string[])[]>((done, list) => done.flatMap((head) => list.map((value) => [...head, value])), [[]]);
}
