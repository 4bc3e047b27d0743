import { axesText } from "../../model/index.ts";
import type { Cell, CellId, RunRecord } from "../../model/index.ts";
import type { CellName } from "../shape.ts";

export interface Labels {
  /** The name of any cell, of this run or of the baseline. */
  readonly of: (cell: CellId) => CellName;
  /** A sentence with the labels in place of the ids that stand in it. */
  readonly inText: (text: string) => string;
  /** How to read the short labels; absent when there is nothing to explain. */
  readonly legend: string | undefined;
}

/**
 * Short labels for tables: `piecewise on · cutlass · custom off`. A switch keeps the first words of its axis, as many as tell it from
 * the others; a value that only one axis can have stands alone.
 */
export function labels(record: RunRecord): Labels {
  const cells = [...record.cells.map((one) => one.cell), ...record.skipped.map((one) => one.cell)];
  const values = valuesPerAxis(record, cells);
  const all = [...values.keys()];
  const axes = matrixAxes(record, all);
  const known = new Map(cells.map((cell) => [cell.id, { id: cell.id, label: short(cell, values, all) }]));
  const unique = new Set([...known.values()].map((name) => name.label)).size === known.size;
  const shortened = unique && axes.length > 1;
  return {
    of: (id) => (shortened ? known.get(id) : undefined) ?? { id, label: long(id, cells) },
    inText: (text) => (shortened ? withLabels(text, [...known.values()]) : text),
    legend: shortened ? `Cells are named by ${axes.join(" · ")}.` : undefined,
  };
}

/** The longest id first: one id may begin another. */
function withLabels(text: string, names: readonly CellName[]): string {
  return names.toSorted((a, b) => b.id.length - a.id.length).reduce((told, { id, label }) => told.replaceAll(id, () => label), text);
}

/** Every axis of the run with its values in matrix order; values of included cells come last. */
export function valuesPerAxis(record: RunRecord, cells: readonly Cell[]): Map<string, string[]> {
  const values = new Map(Object.entries(record.run.axes).map(([axis, list]) => [axis, [...list]]));
  for (const cell of cells) {
    for (const [axis, value] of Object.entries(cell.axes)) {
      const list = values.get(axis) ?? [];
      if (!list.includes(value)) list.push(value);
      values.set(axis, list);
    }
  }
  return values;
}

/** The axes of the matrix; those of the cells when a record names none. An included cell may have more. */
export function matrixAxes(record: RunRecord, all: readonly string[]): readonly string[] {
  const named = Object.keys(record.run.axes);
  return named.length === 0 ? all : named;
}

function short(cell: Cell, values: ReadonlyMap<string, readonly string[]>, axes: readonly string[]): string {
  const parts = axes.flatMap((axis) => {
    const value = cell.axes[axis];
    if (value === undefined) return [];
    const shared = axes.some((other) => other !== axis && values.get(other)?.includes(value));
    const telling = !shared && /^[a-z][a-z0-9_-]{2,}$/i.test(value) && !/^(on|off|true|false|auto|none|default)$/.test(value);
    return [telling ? value : `${firstWords(axis, axes)} ${value}`];
  });
  return parts.length === 0 ? "default" : parts.join(" · ");
}

function firstWords(axis: string, axes: readonly string[]): string {
  const words = axis.split("-");
  for (let n = 1; n < words.length; n++) {
    const start = words.slice(0, n).join("-");
    if (!axes.some((other) => other !== axis && `${other}-`.startsWith(`${start}-`))) return start;
  }
  return axis;
}

function long(id: CellId, cells: readonly Cell[]): string {
  const cell = cells.find((one) => one.id === id);
  return cell === undefined ? id : axesText(cell.axes).replaceAll(",", " · ");
}
