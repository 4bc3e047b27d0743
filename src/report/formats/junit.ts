import type { CellView, CheckView, FailureCard, GateView, View } from "../shape.ts";
import { element, escaped } from "./xml.ts";

/** Nested by line, not by element, so that text content stays as it is. */
interface Case {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  readonly type: string;
  readonly message: string;
  readonly body: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly properties: readonly (readonly [string, string])[];
}

/**
 * JUnit XML: a suite per cell with a case for the launch, each check row and each gate row, then one for gates that tested nothing
 * and one for skipped cells. `failure` is the product's fault, `error` means that nothing could be decided, and what is known
 * or not blocking is `skipped` with the reason.
 */
export function junit(view: View): string {
  const suites = [...view.cells.map((cell) => cellSuite(cell, view)), ...untested(view), ...skipped(view)];
  const all = suites.flatMap((suite) => suite.cases);
  const head = element("testsuites", { name: `servegate: ${view.verdict.title}`, ...totals(all) }, ["\n"]).replace(/\n<\/testsuites>$/, "");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.map((suite) => suiteText(suite, view)).join("\n")}\n</testsuites>\n`;
}

function cellSuite(cell: CellView, view: View): Suite {
  const mine = <T extends { readonly cell: { readonly id: string } }>(all: readonly T[]): readonly T[] =>
    all.filter((one) => one.cell.id === cell.id);
  const launches = mine(view.timelines).map((one) => launchCase(cell, one, view.failures));
  const checks = mine(view.checks).flatMap((check) => checkCases(cell, check));
  const gates = view.gates.flatMap((gate) => gateCases(cell, gate));
  const judged = launches.length === 0 ? [verdictCase(cell)] : [];
  return {
    name: cell.id,
    cases: [...judged, ...launches, ...checks, ...gates],
    properties: [
      ["class", cell.word],
      ["reason", cell.reason],
      ["before", cell.before],
    ],
  };
}

/** A cell that was never launched still has its say. */
function verdictCase(cell: CellView): Case {
  const outcome = cell.class === "pass" ? "passed" : cell.tone === "bad" ? "failure" : "error";
  return { name: "verdict", classname: cell.id, seconds: 0, outcome, type: cell.class, message: cell.reason, body: [] };
}

function launchCase(cell: CellView, timeline: View["timelines"][number], cards: readonly FailureCard[]): Case {
  const base = { name: `launch ${timeline.launch}`, classname: cell.id, seconds: timeline.endMs / 1_000 };
  if (timeline.word === "ready") return { ...base, outcome: "passed", type: "", message: "", body: [] };
  const card = cards.find((one) => one.cells.some((at) => at.id === cell.id && at.launch === timeline.launch));
  const tolerated = cell.class === "expected-failure" || cell.class === "pre-existing";
  const undecided = cell.class === "infra" || cell.class === "inconclusive" || cell.class === "cancelled" || card === undefined;
  const message = card === undefined ? timeline.end : `${card.class}: ${card.title}`;
  return {
    ...base,
    outcome: tolerated ? "skipped" : undecided ? "error" : "failure",
    type: card?.class ?? timeline.word,
    message: tolerated ? `${cell.word}: ${message}` : message,
    body: card === undefined ? [] : cardText(card),
  };
}

function cardText(card: FailureCard): readonly string[] {
  return [
    card.rootCause,
    ...card.attributions,
    ...card.evidence,
    ...card.remedies.map((remedy) => `try: ${remedy.text}${remedy.how === "" ? "" : ` (${remedy.how})`}`),
    `reproduce: ${card.reproduce}`,
    ...card.logTail.map((line) => `| ${line}`),
  ];
}

const STATUS = { passed: "passed", failed: "failure", error: "error", skipped: "skipped" } as const;

function checkCases(cell: CellView, check: CheckView): readonly Case[] {
  const classname = `${cell.id} ${[check.check, check.workload].filter((part) => part !== "").join(" ")} (launch ${check.launch})`;
  const rows = check.rows.map((row): Case => ({
    name: row.title,
    classname,
    seconds: 0,
    outcome: STATUS[row.status],
    type: row.id,
    message: row.detail,
    body: [],
  }));
  const told = rows.some((row) => row.outcome === STATUS[check.status]);
  // A check whose own state no row carries would otherwise vanish.
  if (rows.length > 0 && told) return rows;
  const own: Case = {
    name: check.check,
    classname,
    seconds: check.seconds,
    outcome: STATUS[check.status],
    type: check.check,
    message: check.message,
    body: [],
  };
  return [own, ...rows];
}

const GATES = { passed: "passed", failed: "failure", inconclusive: "error", "not-tested": "skipped" } as const;

function gateCases(cell: CellView, gate: GateView): readonly Case[] {
  return gate.rows
    .filter((row) => row.cell.id === cell.id)
    .map((row) => ({
      name: `${gate.text}${row.workload === "" ? "" : ` (${row.workload})`}`,
      classname: `${cell.id} gates`,
      seconds: 0,
      outcome: GATES[row.status],
      type: row.word,
      message: row.detail,
      body: [],
    }));
}

function untested(view: View): readonly Suite[] {
  const cases = view.gates
    .filter((gate) => gate.rows.length === 0)
    .map((gate): Case => ({
      name: gate.text,
      classname: "gates",
      seconds: 0,
      outcome: GATES[gate.status],
      type: gate.word,
      message: gate.worst,
      body: [],
    }));
  return cases.length === 0 ? [] : [{ name: "gates", cases, properties: [] }];
}

function skipped(view: View): readonly Suite[] {
  const cases = view.skipped.map((one): Case => ({
    name: one.cell,
    classname: "skipped cells",
    seconds: 0,
    outcome: "skipped",
    type: one.kind,
    message: one.reason,
    body: [],
  }));
  return cases.length === 0 ? [] : [{ name: "skipped cells", cases, properties: [] }];
}

function totals(cases: readonly Case[]): Record<string, string | number> {
  const n = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  const time = cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
  return { tests: cases.length, failures: n("failure"), errors: n("error"), skipped: n("skipped"), time };
}

function suiteText(suite: Suite, view: View): string {
  const properties = [
    ...(view.banner === undefined ? [] : [["simulated", view.banner] as const]),
    ...suite.properties,
    ...view.facts.map((fact) => [fact.label.toLowerCase(), fact.value] as const),
  ].map(([name, value]) => `\n    ${element("property", { name, value })}`);
  const children = [`\n  ${element("properties", {}, [...properties, "\n  "])}`, ...suite.cases.map((one) => `\n  ${caseText(one)}`), "\n"];
  return element("testsuite", { name: suite.name, ...totals(suite.cases) }, children);
}

function caseText(one: Case): string {
  const inside = {
    passed: [],
    skipped: [element("skipped", { message: one.message })],
    failure: [element("failure", { type: one.type, message: one.message }, body(one))],
    error: [element("error", { type: one.type, message: one.message }, body(one))],
  }[one.outcome];
  return element("testcase", { name: one.name, classname: one.classname, time: one.seconds.toFixed(3) }, inside);
}

function body(one: Case): readonly string[] {
  return one.body.length === 0 ? [] : [escaped(one.body.join("\n"))];
}
