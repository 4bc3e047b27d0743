import type { View } from "../../shape.ts";
import { count } from "../../words.ts";
import { bar, scaleOf } from "../bars.ts";
import { code, fence, text } from "./escape.ts";
import { emoji } from "./emoji.ts";
import { bullets, details, table } from "./table.ts";

export function accuracy({ accuracy: { rows } }: View, most: number): string {
  const body = table(
    ["cell", "workload", "metric", "base → head", "interval of the head", "change (interval)", "answers", "verdict"],
    rows
      .slice(0, most)
      .map((row) => [
        text([row.cell.label, row.launch].filter((part) => part !== "").join(", ")),
        text(row.workload),
        text(row.title),
        text(row.measured.text),
        text(row.interval),
        text(row.change),
        text(row.answers),
        `${emoji(row.tone)} ${row.word}`,
      ]),
    [3, 4, 5],
  );
  return details("Accuracy", withRest(body, rows.length - most));
}

export function throughput({ throughput: { columns, rows } }: View, most: number): string {
  const body = table(
    ["cell", "workload", "numbers are", ...columns.map((column) => text(column.title))],
    rows
      .slice(0, most)
      .map((row) => [
        text([row.cell.label, row.launch].filter((part) => part !== "").join(", ")),
        text(row.workload),
        row.validity === "valid" ? "valid" : `**${row.validity}** ${text(row.reasons.join("; "))}`.trim(),
        ...row.values.map((value) => (value === undefined ? "not measured" : text(value.text))),
      ]),
    columns.map((_, i) => i + 3),
  );
  return details("Throughput and latency", withRest(body, rows.length - most));
}

/** What did not take effect is in the open summary line; the proofs are inside. */
export function settings({ settings: rows }: View, most: number): string {
  const odd = rows.filter((row) => row.effect === "fallback" || row.effect === "inert");
  const body = table(
    ["effect", "cell", "axis", "asked → resolved", "proof"],
    rows
      .slice(0, most)
      .map((row) => [
        `${emoji(row.tone)} ${row.effect}`,
        text(row.cell.label),
        code(row.axis),
        `${code(row.requested)} → ${code(row.resolved)}`,
        row.because === undefined ? text(row.evidence) : `${text(row.because)}: ${text(row.evidence)}`,
      ]),
  );
  const told = odd.length === 0 ? "all took effect or cannot be proved" : `${count(odd.length, "setting")} did not take effect`;
  return details(`Settings asked and resolved: ${told}`, withRest(body, rows.length - most));
}

export function startup({ timelines }: View, most: number): string {
  const shown = timelines.slice(0, most);
  const scale = scaleOf(shown);
  const lines = shown.flatMap((one) => {
    const launch = one.launches > 1 ? `, launch ${one.launch}` : "";
    return [`${one.cell.label}${launch}: ${one.end}; ${one.stop}`, `  ${bar(one, scale, 72)}`];
  });
  return details("Start-up, phase by phase", lines.length === 0 ? "" : withRest(fence(lines), timelines.length - most));
}

export function checklist({ checklists }: View, most: number): string {
  const titles = checklists[0]?.points.map((point) => text(point.title)) ?? [];
  const rows = checklists
    .slice(0, most)
    .map((one) => [text(`${one.cell.label}, launch ${one.launch}`), ...one.points.map((point) => `${emoji(point.tone)} ${point.status}`)]);
  const failed = checklists.flatMap((one) =>
    one.points
      .filter((point) => point.status === "failed")
      .map((point) => `${text(one.cell.label)}, ${text(point.title)}: ${code(point.detail.slice(0, 200))}`),
  );
  const whole = checklists.filter((one) => one.passed === one.points.length).length;
  const body = [table(["launch", ...titles], rows), bullets(failed.slice(0, most))].filter((part) => part !== "").join("\n\n");
  return details(
    `Six signs of a healthy start: ${whole} of ${count(checklists.length, "launch", "launches")} ${whole === 1 ? "shows" : "show"} all`,
    withRest(body, checklists.length - most),
  );
}

export function gates({ gates: all }: View): string {
  const rows = all.map((gate) => [`${emoji(gate.tone)} ${gate.word}`, code(gate.text), text(gate.worst), String(gate.rows.length)]);
  const failed = all.filter((gate) => gate.status === "failed").length;
  const told = all.length === 0 ? "none were set" : `${failed} of ${all.length} failed`;
  const body = table(["status", "gate", "worst row", "rows"], rows, [3]);
  return body === "" ? "No gates were set, so no number could fail this run." : details(`Gates: ${told}`, body);
}

function withRest(body: string, rest: number): string {
  return body === "" || rest <= 0 ? body : `${body}\n\nand ${count(rest, "more row")}`;
}
