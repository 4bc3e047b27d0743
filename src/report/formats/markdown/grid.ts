import type { View } from "../../shape.ts";
import { code, text } from "./escape.ts";
import { emoji } from "./emoji.ts";
import { table } from "./table.ts";

/** The matrix as one table: leading axes down, the others across. A matrix of one cell needs no picture. */
export function grid({ grid: of, cells }: View): string {
  if (cells.length + of.others.length < 2) return "";
  const tile = (one: { readonly tone: View["verdict"]["tone"]; readonly word: string; readonly detail: string }): string =>
    `${emoji(one.tone)} ${one.word}${one.detail === "" ? "" : `<br>${code(one.detail)}`}`;
  const corner = of.rowAxes.map((axis) => code(axis));
  const across = of.columns.map((column) => (column.length === 0 ? "verdict" : column.map((value) => code(value)).join(" · ")));
  const rows = of.rows.map((row) => [...row.values.map((value) => code(value)), ...row.tiles.map(tile)]);
  const caption = of.columnAxes.length === 0 ? "" : `Across: ${of.columnAxes.map((axis) => code(axis)).join(" · ")}\n\n`;
  const others = of.others
    .map((one) => `${emoji(one.tone)} ${one.word} ${one.detail === "" ? "" : `(${text(one.detail)}) `}${code(one.label)}`)
    .join("<br>");
  const head = corner.length === 0 ? across : [...corner, ...across];
  return `${caption}${table(head, rows)}${others === "" ? "" : `\n\nOutside the matrix: ${others}`}`;
}
