import type { Attribution, CellClass, CellVerdict, Comparison, GateResult, Remedy, RunRecord } from "../model/index.ts";
import { rank } from "./cell.ts";
import { count, list } from "./words.ts";

/** The verdict in one line: `1 regression and 2 broken cells of 8`. */
export function title(record: RunRecord, worst: CellClass, cells: readonly CellVerdict[], gates: readonly GateResult[]): string {
  const total = cells.length;
  if (total === 0) return "Inconclusive: no cell ran, so nothing was tested";
  const groups = [...new Set(cells.map((cell) => cell.class))].filter((each) => each !== "pass").sort((a, b) => rank(b) - rank(a));
  const parts = groups.map((each) => noun(each, cells.filter((cell) => cell.class === each).length));
  const body =
    parts.length === 0 ? passing(total, gates) : `${list(parts)} of ${/ cells?$/.test(parts.at(-1) ?? "") ? total : count(total, "cell")}`;
  if (worst === "infra") return `Infrastructure, not your change: ${body}`;
  if (worst === "cancelled")
    return `Cancelled: ${record.cells.filter((cell) => cell.launches.length > 0).length} of ${count(total, "cell")} launched`;
  if (worst === "inconclusive" && !groups.includes("inconclusive")) return `Inconclusive, the matrix has holes: ${body}`;
  return body;
}

function passing(total: number, gates: readonly GateResult[]): string {
  const all = total === 1 ? "The one cell" : `All ${total} cells`;
  const tested = gates.some((gate) => gate.status === "passed");
  if (tested) return `${all} ${total === 1 ? "passes" : "pass"}`;
  return `${all} ${total === 1 ? "serves" : "serve"}; ${gates.length === 0 ? "no gate is configured" : "no gate could be tested yet"}`;
}

function noun(cellClass: CellClass, n: number): string {
  switch (cellClass) {
    case "regression":
      return count(n, "regression");
    case "unexpected-pass":
      return count(n, "unexpected pass", "unexpected passes");
    case "expected-failure":
      return count(n, "expected failure");
    case "pre-existing":
      return count(n, "pre-existing failure");
    case "infra":
      return count(n, "infrastructure failure");
    case "internal-error":
      return count(n, "internal error");
    case "config-error":
      return count(n, "configuration error");
    case "pass":
    case "inconclusive":
    case "flaky":
    case "broken":
    case "cancelled":
      return count(n, `${cellClass} cell`);
    default:
      return cellClass satisfies never;
  }
}

/** The one thing to do, about the worst cell; of several, the first in running order. */
export function next(
  record: RunRecord,
  worst: CellClass,
  cells: readonly CellVerdict[],
  comparison: Comparison,
  attributions: readonly Attribution[],
): string {
  const cell = cells.find((each) => each.class === worst);
  if (cell === undefined) return nextForTheRun(record, worst, cells);
  switch (worst) {
    case "regression":
      // What stands behind the first clause says how sure it is, and stands in the gates.
      return `Look at ${cell.cell}: ${cell.reason.split("; ")[0]}.`;
    case "broken":
      return repair(record, cell, attributions);
    case "flaky":
      return `Find out why ${cell.cell} ${cell.reason}; a rerun adds launches and does not erase this one.`;
    case "infra":
      return `Repair the runner and run again; ${cell.cell}: ${cell.reason}.`;
    case "inconclusive":
      return `Make ${cell.cell} conclusive: ${cell.reason}.`;
    case "unexpected-pass":
    case "config-error":
    case "internal-error":
      return `${cell.cell}: ${cell.reason}.`;
    case "cancelled":
      return `Run again; ${cell.cell}: ${cell.reason}.`;
    case "pre-existing":
      return `Nothing for this change; ${cell.cell} needs repair on the base branch: ${cell.reason}.`;
    case "expected-failure":
    case "pass":
      return comparison.baseline.state === "none"
        ? "Keep this run's record as the baseline, so that the next run has something to compare with."
        : "Nothing to do.";
    default:
      return worst satisfies never;
  }
}

function nextForTheRun(record: RunRecord, worst: CellClass, cells: readonly CellVerdict[]): string {
  if (worst === "cancelled") return "Run again: this run was interrupted before it finished.";
  if (cells.length > 0) return "Run the missing cells, or exclude them in the configuration with a reason.";
  const reasons = [...new Set(record.skipped.map((each) => each.reason))];
  return reasons.length === 0 ? "Run at least one cell." : `Make at least one cell runnable; skipped: ${list(reasons)}.`;
}

/** Names the cell, the toggles that explain it, and the first remedy of its diagnosis. */
function repair(record: RunRecord, verdict: CellVerdict, attributions: readonly Attribution[]): string {
  const launches = record.cells.find((each) => each.cell.id === verdict.cell)?.launches ?? [];
  const remedy = launches.flatMap((launch) => launch.diagnosis?.remedies ?? [])[0];
  const cause = attributions.find((each) => each.class === verdict.failure && Object.keys(each.when).length > 0);
  const explained = cause === undefined ? "" : ` ${verdict.failure ?? ""} ${cause.sentence}.`;
  return `Repair ${verdict.cell}: ${verdict.reason}.${explained}${remedy === undefined ? "" : ` ${remedyText(remedy)}`}`;
}

function remedyText({ text, axes, command }: Remedy): string {
  const settings = Object.entries(axes ?? {}).map(([axis, value]) => `${axis}=${value}`);
  const how = settings.length > 0 ? settings.join(", ") : command;
  return `Try: ${text.replace(/\.$/, "")}${how === undefined ? "" : ` (${how})`}.`;
}
