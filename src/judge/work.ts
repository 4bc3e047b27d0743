import type { CellRecord, CheckResult, RunRecord } from "../model/index.ts";
import { count, list } from "./words.ts";

/** What is missing for a cell to count. `broken` where requests were sent and none came back, `inconclusive` otherwise. */
export interface Gap {
  readonly class: "broken" | "inconclusive";
  readonly reason: string;
}

/**
 * Proof of work of a cell that served: every launch of the run is there, every check that was asked for was carried out, and the requests
 * completed equal those asked. Empty when the proof holds.
 */
export function gaps(record: RunRecord, cell: CellRecord): Gap[] {
  return [...missingLaunches(record, cell), ...cell.launches.flatMap((launch) => launchGaps(record.run.checks, launch.checks))];
}

/** Numbers tell which are missing, unless some were voided or added: then the plan says how many there must be. */
function missingLaunches({ run, cells }: RunRecord, { launches }: CellRecord): Gap[] {
  if (run.launches !== undefined) {
    const short = run.launches - launches.length;
    return short <= 0
      ? []
      : [inconclusive(`${count(short, "launch", "launches")} of ${run.launches} ${short === 1 ? "is" : "are"} missing`)];
  }
  const planned = new Set(cells.flatMap((each) => each.launches.map((launch) => launch.number)));
  const there = new Set(launches.map((launch) => launch.number));
  const absent = [...planned].filter((number) => !there.has(number)).sort((a, b) => a - b);
  return absent.length === 0 ? [] : [inconclusive(`launch ${list(absent.map(String))} of ${planned.size} is missing`)];
}

function launchGaps(asked: readonly string[], checks: readonly CheckResult[]): Gap[] {
  const missing = asked.filter((name) => !checks.some((check) => check.id === name));
  const carriedOut = checks.some((check) => check.status === "passed");
  return [
    ...missing.map((name) => inconclusive(`the ${name} check was asked for and has no result`)),
    ...checks.flatMap(checkGaps),
    ...(carriedOut ? [] : [inconclusive("no check was carried out")]),
  ];
}

function checkGaps(check: CheckResult): Gap[] {
  const name = [check.id, check.workload].filter((part) => part !== "").join(" ");
  if (check.status === "error") return [inconclusive(`the ${name} check could not be carried out: ${check.message}`)];
  if (check.status === "skipped") return [];
  const undone = check.work === undefined ? 0 : check.work.asked - check.work.completed;
  if (check.work !== undefined && undone !== 0) {
    const errors = Object.entries(check.work.errors).map(([error, n]) => `${n} ${error}`);
    const reason = `${name}: ${check.work.completed} of ${count(check.work.asked, "request")} completed${errors.length === 0 ? "" : ` (${errors.join(", ")})`}`;
    return [check.work.completed === 0 ? { class: "broken", reason } : inconclusive(reason)];
  }
  if (check.work?.asked === 0) return [inconclusive(`${name}: no request was sent`)];
  if (check.rows.length === 0 && check.metrics.length === 0) return [inconclusive(`${name} passed without a single row or number`)];
  const failed = check.rows.find((row) => row.status === "failed");
  return failed === undefined ? [] : [inconclusive(`${name} passed although "${failed.title}" failed: ${failed.detail}`)];
}

function inconclusive(reason: string): Gap {
  return { class: "inconclusive", reason };
}
