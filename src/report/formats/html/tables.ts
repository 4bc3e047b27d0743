import type { ChangeRow, View } from "../../shape.ts";
import { count } from "../../words.ts";
import { badge, code, folded, h, label, section, table, type Html } from "./dom.ts";
import { dots } from "./dots.ts";
import { link } from "./failures.ts";
import { forest } from "./forest.ts";

const MOST_ROWS = 1_000;

export function changes({ changes: { rows, rule, baseline, notes, certainty } }: View): Html | undefined {
  const notable = rows.filter((row) => row.notable);
  const none =
    rows.length > 0 && notable.length === 0
      ? h("p", {}, `None of the ${count(rows.length, "compared number")} left its margin.`)
      : undefined;
  const all = rows.length === 0 ? undefined : folded(`All ${count(rows.length, "compared number")}`, changeRows(rows.slice(0, MOST_ROWS)));
  return section(
    "changes",
    "What changed?",
    h("p", {}, baseline),
    ...notes.map((note) => h("p", {}, note)),
    none,
    forest(rows),
    changeRows(notable.slice(0, 40)),
    rows.length === 0 ? undefined : h("p", { class: "soft" }, `${rule} ${certainty}`),
    all,
  );
}

function changeRows(rows: readonly ChangeRow[]): Html | undefined {
  return table(
    ["verdict", "cell and metric", "base → head", "change", "95% interval", "n"],
    rows.map((row) => ({
      tone: row.tone,
      cells: [
        badge(row.tone, row.symbol, row.word),
        label(row.cell.label, row.title, row.workload),
        row.values,
        h("b", {}, row.change),
        row.interval,
        row.n,
      ],
    })),
    [2, 3, 4, 5],
  );
}

export function accuracy({ accuracy: { rows } }: View): Html | undefined {
  if (rows.length === 0) return undefined;
  const scored = rows.filter((row) => row.metric === rows[0]?.metric);
  const picture = dots(
    scored.map((row) => ({
      label: row.cell.label,
      sub: [row.title, row.workload, row.launch].filter((part) => part !== "").join(", "),
      measured: row.measured,
      tone: row.tone,
      word: row.word,
    })),
    rows[0]?.title ?? "Accuracy",
  );
  const numbers = table(
    ["cell and questions", "base → head", "interval of the head", "change (interval)", "answers", "verdict"],
    rows.slice(0, MOST_ROWS).map((row) => ({
      tone: row.tone,
      cells: [
        label(row.cell.label, row.title, row.workload, row.launch),
        row.measured.text,
        row.interval,
        row.change,
        row.answers,
        badge(row.tone, row.tone === "good" ? "✓" : "○", row.word),
      ],
    })),
    [1, 2, 3],
  );
  return section("accuracy", "Are the answers still right?", picture, folded(`Every number: ${count(rows.length, "row")}`, numbers));
}

export function settings({ settings: rows }: View): Html | undefined {
  const odd = rows.filter((row) => row.effect === "fallback" || row.effect === "inert");
  const lines = (of: View["settings"]): Html | undefined =>
    table(
      ["effect", "cell", "axis", "asked", "resolved", "proof"],
      of.map((row) => ({
        tone: row.tone,
        cells: [
          badge(row.tone, row.symbol, row.effect),
          label(row.cell.label),
          code(row.axis),
          code(row.requested),
          code(row.resolved),
          row.because === undefined ? row.evidence : label(row.evidence, `because ${row.because}`),
        ],
      })),
    );
  const told = odd.length === 0 ? "No setting was seen to be ignored." : `${count(odd.length, "setting")} did not take effect.`;
  if (rows.length === 0) return undefined;
  return section(
    "settings",
    "Did the settings take effect?",
    h("p", {}, told),
    lines(odd),
    folded(`All ${count(rows.length, "setting")}, asked and resolved`, lines(rows.slice(0, MOST_ROWS))),
  );
}

export function gates({ gates: all }: View): Html | undefined {
  if (all.length === 0) return section("gates", "Which gates decided?", h("p", {}, "No gates were set, so no number could fail this run."));
  return section(
    "gates",
    "Which gates decided?",
    table(
      ["status", "gate", "worst row", "rows"],
      all.map((gate) => ({
        tone: gate.tone,
        cells: [badge(gate.tone, gate.symbol, gate.word), code(gate.text), gate.worst, String(gate.rows.length)],
      })),
      [3],
    ),
  );
}

export function cells({ cells: all, ledger, checks }: View): Html | undefined {
  const rows = all.map((cell) => ({
    tone: cell.tone,
    cells: [badge(cell.tone, cell.symbol, cell.word), code(cell.id), cell.before, cell.why],
  }));
  const entries = table(
    ["expected failure", "class", "issue", "holds until"],
    ledger.map((entry) => ({ cells: [code(entry.when), code(entry.class), link(entry.issue), entry.expires] })),
  );
  const done = table(
    ["status", "cell", "check", "result", "requests"],
    checks.slice(0, MOST_ROWS).map((check) => ({
      tone: check.tone,
      cells: [
        badge(check.tone, check.symbol, check.status),
        label(check.cell.label, `launch ${check.launch}`),
        [check.check, check.workload].filter((part) => part !== "").join(" "),
        check.message,
        check.work,
      ],
    })),
  );
  return section(
    "cells",
    "How did every cell fare?",
    table(["verdict", "cell", "in the baseline", "why"], rows.slice(0, MOST_ROWS)),
    entries,
    done === undefined ? undefined : folded(`All ${count(checks.length, "check")}`, done),
  );
}

export function limits({ untested, warnings, skipped }: View): Html | undefined {
  const bullets = (lines: readonly string[]): Html =>
    h(
      "ul",
      {},
      lines.map((line) => h("li", {}, line)),
    );
  return section(
    "limits",
    "What does this not tell?",
    warnings.length === 0 ? undefined : h("div", { class: "card tone warn" }, h("h3", {}, "Worth knowing"), bullets(warnings)),
    untested.length === 0 ? undefined : h("div", { class: "card" }, h("h3", {}, "Not tested"), bullets(untested)),
    skipped.length === 0
      ? undefined
      : h(
          "div",
          { class: "card" },
          h("h3", {}, `Skipped: ${count(skipped.length, "cell")}`),
          h(
            "ul",
            {},
            skipped.slice(0, MOST_ROWS).map((one) => h("li", {}, code(one.cell), ` ${one.kind}: ${one.reason}`)),
          ),
        ),
  );
}

export function facts({ facts: all }: View): Html | undefined {
  return section(
    "run",
    "What ran?",
    h(
      "div",
      { class: "card" },
      h(
        "dl",
        {},
        all.map((fact) => [h("dt", {}, fact.label), h("dd", {}, fact.value)]),
      ),
    ),
  );
}
