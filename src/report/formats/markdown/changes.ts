import type { ChangeRow, View } from "../../shape.ts";
import { count } from "../../words.ts";
import { text } from "./escape.ts";
import { emoji } from "./emoji.ts";
import { table } from "./table.ts";

const HEAD = ["verdict", "cell", "metric", "workload", "base → head", "change", "95% interval", "n"];

/** Changed or undecided numbers of gated metrics, or every number when `all`; red before grey. */
export function changes(view: View, most: number, all = false): string {
  const { rows, rule, baseline, certainty } = view.changes;
  const shown = all ? rows : rows.filter((row) => row.notable);
  const body = table(HEAD, shown.slice(0, most).map(cells), [4, 5, 6, 7]);
  const more = shown.length > most ? `and ${count(shown.length - most, "more row")}` : "";
  if (all) return [body, more, text(certainty)].filter((part) => part !== "").join("\n\n");
  const none = rows.length === 0 ? "" : shown.length === 0 ? `None of the ${count(rows.length, "compared number")} left its margin.` : "";
  const legend = view.labels === undefined || body === "" ? "" : text(view.labels);
  const foot = [legend, ...(body === "" ? [] : [text(rule), text(certainty)])].filter((part) => part !== "").join(" ");
  return ["### What changed", text(baseline), none, body, more, foot === "" ? "" : `<sub>${foot}</sub>`]
    .filter((part) => part !== "")
    .join("\n\n");
}

function cells(row: ChangeRow): readonly string[] {
  return [
    `${emoji(row.tone)} ${row.word}`,
    text(row.cell.label),
    text(row.title),
    text(row.workload),
    text(row.values),
    row.word === "regression" ? `**${text(row.change)}**` : text(row.change),
    text(row.interval),
    text(row.n),
  ];
}
