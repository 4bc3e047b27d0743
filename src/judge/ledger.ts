import { satisfies } from "@renovatebot/pep440";
import { served, type CellRecord, type ExpectedFailure, type FailureClass, type RunRecord, faultOf } from "../model/index.ts";
import { list } from "./words.ts";

/** Where a cell stands in the ledger of expected failures. */
export type LedgerWord =
  | { readonly kind: "expected"; readonly entry: ExpectedFailure }
  | { readonly kind: "expired"; readonly entry: ExpectedFailure }
  | { readonly kind: "unexpected-pass"; readonly entry: ExpectedFailure }
  | { readonly kind: "none" };

/**
 * What the ledger says of a cell. A failing cell is expected when every class it failed with has an entry that has not expired. A serving
 * cell is an unexpected pass when an entry claims it and no cell of the run fails as that entry says; where others still do, the entry
 * is merely too wide, which `tooWide` tells.
 */
export function ledgerWord(record: RunRecord, cell: CellRecord): LedgerWord {
  const entries = record.run.expectedFailures.filter((entry) => inVersion(entry, record) && covers(entry, cell));
  if (served(cell)) {
    const entry = entries.find((each) => !record.cells.some((other) => failsAs(each, other)));
    return entry === undefined ? { kind: "none" } : { kind: "unexpected-pass", entry };
  }
  const classes = faults(cell);
  const matched = classes.map((failure) => entries.filter((entry) => entry.class === failure));
  const first = matched[0]?.[0];
  if (first === undefined || matched.some((each) => each.length === 0)) return { kind: "none" };
  const stale = matched.find((each) => each.every((entry) => expired(entry, record)))?.[0];
  if (stale !== undefined) return { kind: "expired", entry: stale };
  return { kind: "expected", entry: matched[0]?.find((entry) => !expired(entry, record)) ?? first };
}

/** Entries that some cells fail by and others do not, each as a sentence. */
export function tooWide(record: RunRecord): string[] {
  const known = record.run.expectedFailures.filter((entry) => inVersion(entry, record));
  return known.flatMap((entry) => {
    const covered = record.cells.filter((cell) => covers(entry, cell));
    const serving = covered.filter(served).map((cell) => cell.cell.id);
    if (serving.length === 0 || !covered.some((cell) => failsAs(entry, cell))) return [];
    return [
      `The expected failure ${entryText(entry)} also covers ${list(serving)}, which ${serving.length === 1 ? "serves" : "serve"}: narrow it.`,
    ];
  });
}

/** `tma-descriptor when piecewise-cuda-graph=on (https://…)`. */
export function entryText({ when, class: failure, issue }: ExpectedFailure): string {
  const axes = Object.entries(when).map(([axis, value]) => `${axis}=${value}`);
  return `${failure} when ${axes.length === 0 ? "anything" : axes.join(", ")} (${issue})`;
}

/** The lines that delete it would take away, as the configuration spells an entry. */
export function entryLine({ when, class: failure, versions, issue, expires }: ExpectedFailure): string {
  const axes = Object.entries(when).map(([axis, value]) => `${axis}: ${value}`);
  const range = versions === undefined ? "" : `, versions: "${versions}"`;
  return `- { when: { ${axes.join(", ")} }, class: ${failure}${range}, issue: ${issue}, expires: ${expires} }`;
}

/** A version that nobody knows is in no range: an exemption never applies itself. */
function inVersion({ versions }: ExpectedFailure, { run }: RunRecord): boolean {
  if (versions === undefined) return true;
  return run.engine.version !== undefined && satisfies(run.engine.version.replace(/\+.*$/, ""), versions);
}

function covers(entry: ExpectedFailure, cell: CellRecord): boolean {
  return Object.entries(entry.when).every(([axis, value]) => cell.cell.axes[axis] === value);
}

function failsAs(entry: ExpectedFailure, cell: CellRecord): boolean {
  return covers(entry, cell) && faults(cell).includes(entry.class);
}

function faults(cell: CellRecord): FailureClass[] {
  return [...new Set(cell.launches.map(faultOf).filter((each) => each !== undefined))];
}

/** ISO days compare as text. The last day still holds. */
function expired(entry: ExpectedFailure, record: RunRecord): boolean {
  return record.run.today > entry.expires;
}
