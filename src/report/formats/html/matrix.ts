import { cut } from "../../clean.ts";
import type { Tile, View } from "../../shape.ts";
import { badge, code, h, section, type Html } from "./dom.ts";

/** The matrix as tiles, so that a crashing pair stands out as a block. A table, because a reader by ear can walk it. */
export function matrix({ grid, recovered, labels, cells }: View): Html | undefined {
  if (cells.length + grid.others.length === 0) return undefined;
  const corner = Math.max(1, grid.rowAxes.length);
  const heads = grid.columnAxes.map((axis, level) =>
    h(
      "tr",
      {},
      h("th", { colspan: corner, class: "axis" }, axis),
      spans(grid.columns, level).map((span) => h("th", { colspan: span.length, scope: "colgroup" }, brief(span.value))),
    ),
  );
  const rows = grid.rows.map((row) =>
    h(
      "tr",
      {},
      row.values.length === 0
        ? h("th", {}, "")
        : row.values.map((value, i) => h("th", { scope: "row" }, h("span", { class: "of" }, `${grid.rowAxes[i] ?? ""} `), brief(value))),
      row.tiles.map(tile),
    ),
  );
  const picture = h(
    "div",
    { class: grid.rows.length > 12 ? "card matrix dense" : "card matrix" },
    h("div", { class: "scroll" }, h("table", {}, h("thead", {}, heads), h("tbody", {}, rows))),
  );
  const others = grid.others.map((one) => h("p", {}, badge(one.tone, one.symbol, one.word), ` ${one.detail} `, code(one.label)));
  const good = recovered.map((line) => h("p", { class: "lead good" }, badge("good", "✓", "recovered"), ` ${line}`));
  const note = labels === undefined ? undefined : h("p", { class: "soft" }, `Below, ${labels.charAt(0).toLowerCase()}${labels.slice(1)}`);
  return section("matrix", "Where does it break?", picture, ...others, ...good, note);
}

function tile(one: Tile): Html {
  if (one.cell === undefined) return h("td", { class: "tile empty" }, one.word);
  return h(
    "td",
    { class: `tile ${one.tone}`, title: one.cell },
    h("b", {}, `${one.symbol} ${one.word}`),
    one.detail === "" ? undefined : h("small", {}, brief(one.detail)),
  );
}

/** Values are words; one that is a paragraph would burst the picture. Its whole text is in the tables. */
function brief(value: string): string {
  return value.length <= 40 ? value : `${cut(value, 39)}…`;
}

/** Neighbouring columns with the same value, and the same values above, share a heading. */
function spans(columns: readonly (readonly string[])[], level: number): readonly { readonly value: string; readonly length: number }[] {
  const found: { key: string; value: string; length: number }[] = [];
  for (const column of columns) {
    const key = JSON.stringify(column.slice(0, level + 1));
    const last = found.at(-1);
    if (last?.key === key) last.length += 1;
    else found.push({ key, value: column[level] ?? "", length: 1 });
  }
  return found;
}
