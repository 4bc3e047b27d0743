import type { View } from "../shape.ts";
import { count } from "../words.ts";
import type { RenderOptions } from "./format.ts";
import { code, fence, tag, text } from "./markdown/escape.ts";
import { changes } from "./markdown/changes.ts";
import { failures, folded as foldedFailures } from "./markdown/failures.ts";
import { fit, type Block } from "./markdown/fit.ts";
import { chart } from "./markdown/chart.ts";
import { grid } from "./markdown/grid.ts";
import { accuracy, checklist, gates, settings, startup, throughput } from "./markdown/folds.ts";
import { emoji } from "./markdown/emoji.ts";
import { bullets, details, table } from "./markdown/table.ts";

/** GitHub refuses comments above 65,536 UTF-16 units; the rest is left for the mark of whoever posts it. */
const LIMIT = 60_000;

/**
 * GitHub comment or job summary: verdict, the one thing to do, the matrix, what broke and what changed; all else folded. At most
 * `limit` UTF-16 units. Nothing from logs, names or configuration can become markup, a link, a mention or a command.
 */
export function markdown(view: View, options: RenderOptions = {}): string {
  return `${fit(blocks(view), (options.limit ?? LIMIT) - 1)}\n`;
}

function blocks(view: View): readonly Block[] {
  const { rows } = view.changes;
  return [
    { name: "", priority: 0, forms: [head(view)] },
    { name: "the matrix", priority: 2, forms: [grid(view)] },
    { name: "", priority: 2, forms: [view.recovered.map((line) => `✅ ${text(line)}`).join("\n\n")] },
    { name: "failures", priority: 1, forms: [failures(view, 20), failures(view, 3)] },
    { name: "changes", priority: 1, forms: [changes(view, 12), changes(view, 4)] },
    { name: "what was not tested", priority: 3, forms: [notes(view, 20), notes(view, 5)] },
    { name: "the chart", priority: 6, forms: [chart(view)] },
    { name: "logs", priority: 9, forms: [foldedFailures(view)] },
    {
      name: "the table of changes",
      priority: 8,
      forms: [400, 100, 30].filter((most, i) => i === 0 || rows.length > most).map((most) => allChanges(view, most)),
    },
    { name: "accuracy", priority: 5, forms: [accuracy(view, 300), accuracy(view, 40)] },
    { name: "throughput", priority: 7, forms: [throughput(view, 300), throughput(view, 40)] },
    { name: "settings", priority: 10, forms: [settings(view, 300), settings(view, 40)] },
    { name: "the start-up timeline", priority: 11, forms: [startup(view, 64), startup(view, 16)] },
    { name: "the checklist", priority: 12, forms: [checklist(view, 64)] },
    { name: "gates", priority: 4, forms: [gates(view)] },
    { name: "how to accept the loss", priority: 6, forms: [acceptance(view)] },
    { name: "cells", priority: 7, forms: [cells(view, 256), cells(view, 40)] },
    { name: "the facts of the run", priority: 3, forms: [facts(view)] },
  ];
}

function head(view: View): string {
  const { verdict } = view;
  const banner = view.banner === undefined ? [] : [`> **${text(view.banner)}**: no real engine ran; every number below was scripted.`];
  const chips = view.counts.map((one) => `${emoji(one.tone)} ${one.count} ${one.word}`).join(" · ");
  return [
    `## ${emoji(verdict.tone)} ${text(verdict.title)}`,
    ...banner,
    `**Next:** ${text(verdict.next)}`,
    `${chips === "" ? "no cell was judged" : chips} — points at: ${verdict.blame}`,
  ].join("\n\n");
}

function notes(view: View, most: number): string {
  const some = (lines: readonly string[]): readonly string[] =>
    lines.length <= most ? lines.map(text) : [...lines.slice(0, most).map(text), `and ${lines.length - most} more`];
  const warnings = view.warnings.length === 0 ? "" : `**Worth knowing**\n${bullets(some(view.warnings))}`;
  const untested = view.untested.length === 0 ? "" : `**Not tested**\n${bullets(some(view.untested))}`;
  const skipped = details(
    `${count(view.skipped.length, "cell")} skipped, with reasons`,
    bullets(view.skipped.slice(0, most * 4).map((one) => `${code(one.cell)}: ${text(one.kind)}, ${text(one.reason)}`)),
  );
  return [warnings, untested, skipped].filter((part) => part !== "").join("\n\n");
}

function acceptance({ accept }: View): string {
  return accept === undefined
    ? ""
    : details(
        "Accept this for the commit, with a reason",
        `${fence([accept])}\n\nAs a comment by somebody who may write to this repository; then run this job again.`,
      );
}

function allChanges(view: View, most: number): string {
  const { rows } = view.changes;
  const body = changes(view, most, true);
  return details(`All ${count(rows.length, "compared number")}`, body);
}

function cells(view: View, most: number): string {
  const rows = view.cells
    .slice(0, most)
    .map((cell) => [`${emoji(cell.tone)} ${cell.word}`, code(cell.id), text(cell.before), text(cell.why)]);
  const more = view.cells.length > most ? `\n\nand ${count(view.cells.length - most, "more cell")}` : "";
  const ledger = table(
    ["expected failure", "class", "issue", "holds until"],
    view.ledger.map((entry) => [code(entry.when), code(entry.class), code(entry.issue), text(entry.expires)]),
  );
  const body = `${table(["verdict", "cell", "in the baseline", "why"], rows)}${more}`;
  return details(`All ${count(view.cells.length, "cell")}, before and now`, [body, ledger].filter((part) => part !== "").join("\n\n"));
}

function facts(view: View): string {
  const rows = view.facts.map((fact) => [text(fact.label), text(fact.value)]);
  const of = (label: string): readonly string[] => view.facts.filter((fact) => fact.label === label).map((fact) => tag(fact.value));
  const told = ["Engine", "GPU", "Cost"].flatMap(of).join(" · ");
  return details(`The run: ${told}`, table(["", ""], rows));
}
