import type { View } from "../shape.ts";
import { count } from "../words.ts";
import type { RenderOptions } from "./format.ts";
import { painter, paragraph, section, type Paint } from "./terminal/page.ts";
import { accuracy, changes, checklist, failures, gates, matrix, settings, startup, throughput } from "./terminal/sections.ts";

/**
 * Text of at most 96 columns, a pasteable command with one long word excepted. Colour is asked for by `options.colour`; without it
 * nothing is lost. No line can be read as a workflow command.
 */
export function terminal(view: View, options: RenderOptions = {}): string {
  const paint = painter(options.colour === true);
  const lines = [
    ...head(view, paint),
    ...section("MATRIX", matrix(view, paint), paint),
    ...section("WHAT BROKE", failures(view, paint), paint),
    ...section("WHAT CHANGED", changes(view, paint), paint),
    ...section("ACCURACY", accuracy(view, paint), paint),
    ...section("THROUGHPUT AND LATENCY", throughput(view, paint), paint),
    ...section("START-UP", startup(view, paint), paint),
    ...section("SIX SIGNS OF A HEALTHY START", checklist(view, paint), paint),
    ...section("SETTINGS, ASKED AND RESOLVED", settings(view, paint), paint),
    ...section("GATES", gates(view, paint), paint),
    ...section(
      "WORTH KNOWING",
      view.warnings.slice(0, 20).flatMap((line) => paragraph(line, 2, "! ")),
      paint,
    ),
    ...section(
      "NOT TESTED",
      view.untested.slice(0, 20).flatMap((line) => paragraph(line, 2, "- ")),
      paint,
    ),
    ...section(`SKIPPED: ${count(view.skipped.length, "cell")}`, skipped(view), paint),
    ...section(
      "THE RUN",
      view.facts.flatMap((fact) => paragraph(fact.value, 2, `${fact.label}: `)),
      paint,
    ),
    "",
  ];
  return lines.map((line) => line.replaceAll("##[", "##\u200B[").replace(/^(\s*)::/, "$1\u200B::")).join("\n");
}

function head(view: View, paint: Paint): readonly string[] {
  const { verdict } = view;
  const banner =
    view.banner === undefined
      ? []
      : paragraph(`${view.banner}: no real engine ran; every number below was scripted`, 0).map((line) => paint(line, "warn"));
  const chips = view.counts.map((one) => paint(`${one.count} ${one.word}`, one.tone)).join(" · ");
  return [
    ...banner,
    ...paragraph(verdict.title, 0, `${verdict.symbol} ${verdict.word.toUpperCase()}  `).map((line) =>
      paint(paint(line, verdict.tone), "strong"),
    ),
    ...paragraph(verdict.next, 0, "→ Next: "),
    `  ${chips === "" ? "no cell was judged" : chips}; points at: ${verdict.blame}`,
  ];
}

function skipped(view: View): readonly string[] {
  return view.skipped.slice(0, 24).flatMap((one) => paragraph(`${one.cell}: ${one.kind}, ${one.reason}`, 2, "- "));
}
