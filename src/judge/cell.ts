import {
  CELL_CLASSES,
  type CellClass,
  type CellRecord,
  type CellVerdict,
  type Comparison,
  type FailureClass,
  type GateResult,
  type GateRow,
  type LaunchRecord,
  type RunRecord,
  faultOf,
} from "../model/index.ts";
import { entryLine, entryText, ledgerWord } from "./ledger.ts";
import { overrideOf, overrideText } from "./override.ts";
import { gaps } from "./work.ts";
import { count, divergenceText, greedyText } from "./words.ts";

/** One thing that speaks for a class. A cell is as bad as the worst of them, and the reason is that one's. */
interface Ground {
  readonly class: CellClass;
  readonly reason: string;
  readonly failure?: FailureClass;
}

/** What became of one cell, and why. */
export function judgeCell(record: RunRecord, cell: CellRecord, comparison: Comparison, gates: readonly GateResult[]): CellVerdict {
  const failing = cell.launches.some((launch) => faultOf(launch) !== undefined);
  const stopped = interruption(record, cell);
  const grounds = [
    ...stopped,
    ...(failing ? [failure(record, cell, comparison)] : []),
    ...(failing || stopped.length > 0 ? [] : [...serving(record, cell, gates), ...otherAnswers(cell, comparison)]),
    ...leftBehind(cell),
  ];
  const worst = accepted(
    record,
    cell,
    grounds.reduce((a, b) => (rank(b.class) > rank(a.class) ? b : a)),
  );
  return {
    cell: cell.cell.id,
    class: worst.class,
    reason: worst.reason,
    ...(worst.failure === undefined ? {} : { failure: worst.failure }),
  };
}

/**
 * A failure of the whole cell that somebody accepted for this commit. Rows of gates are set aside one by one before; what is missing, or
 * is the runner's, nobody can accept.
 */
function accepted(record: RunRecord, { cell }: CellRecord, worst: Ground): Ground {
  const override = overrideOf(record, cell.id);
  if (override === undefined || !(["broken", "flaky", "regression"] as readonly string[]).includes(worst.class)) return worst;
  return { ...worst, class: "expected-failure", reason: `${overrideText(override)}; ${worst.reason}` };
}

/** From best to worst, as in `CELL_CLASSES`. */
export function rank(cellClass: CellClass): number {
  return CELL_CLASSES.indexOf(cellClass);
}

function interruption(record: RunRecord, cell: CellRecord): Ground[] {
  const cut = cell.launches.find((launch) => launch.outcome.state === "interrupted");
  if (cut?.outcome.state === "interrupted") return [{ class: "cancelled", reason: `interrupted during ${cut.outcome.during}` }];
  if (cell.launches.length > 0) return [];
  return record.state === "finished"
    ? [{ class: "inconclusive", reason: "the run finished and never launched it" }]
    : [{ class: "cancelled", reason: "the run was interrupted before it was launched" }];
}

/** What outlives a stop is in the way of the next server, whoever's fault it is; a run that leaves it must not look clean. */
function leftBehind({ launches }: CellRecord): Ground[] {
  const [first] = launches.flatMap(({ stop }) => stop?.leftovers ?? []);
  return first === undefined ? [] : [{ class: "infra", reason: `infrastructure: the machine was not clean after the stop: ${first}` }];
}

function failure(record: RunRecord, cell: CellRecord, { before, baseline }: Comparison): Ground {
  const failed = cell.launches.filter((launch) => faultOf(launch) !== undefined);
  const [first] = failed;
  if (first === undefined) throw new Error(`no launch of ${cell.cell.id} failed`);
  const classes = [...new Set(failed.map((launch) => faultOf(launch) ?? "unknown"))];
  const told = { reason: story(first), failure: classes[0] ?? "unknown" };

  if (failed.every((launch) => launch.diagnosis?.infra !== undefined)) {
    return { ...told, class: "infra", reason: `infrastructure: ${first.diagnosis?.infra ?? ""}` };
  }
  const word = ledgerWord(record, cell);
  if (word.kind === "expected")
    return { ...told, class: "expected-failure", reason: `expected: ${entryText(word.entry)}, until ${word.entry.expires}` };
  if (word.kind === "expired")
    return { ...told, class: "broken", reason: `${told.reason}; its expected failure expired on ${word.entry.expires}` };
  if (failed.length < cell.launches.length) {
    const served = `failed in ${failed.length} of ${count(cell.launches.length, "launch", "launches")}`;
    return { ...told, class: "flaky", reason: `${served} (${classes.join(", ")}): ${told.reason}` };
  }
  const then = before[cell.cell.id];
  if (then === undefined) {
    return {
      ...told,
      class: "broken",
      reason: `${told.reason}; ${baseline.state === "found" ? "the baseline does not have this cell" : "no baseline says whether this is new"}`,
    };
  }
  if (then.served) return { ...told, class: "broken", reason: `${told.reason}; it served on the baseline` };
  // Two failures that nobody could name are not known to be the same one.
  if (classes.every((each) => each === then.class && each !== "unknown")) {
    return { ...told, class: "pre-existing", reason: `${told.reason}; it failed the same way on the baseline (${then.class})` };
  }
  return { ...told, class: "broken", reason: `${told.reason}; on the baseline it failed with ${then.class}` };
}

/** What happened, in one clause, without a full stop. */
function story({ outcome, diagnosis, checks }: LaunchRecord): string {
  const check = checks.find((each) => each.status === "failed");
  const cause = diagnosis?.rootCause ?? (check === undefined ? undefined : `the ${check.id} check failed: ${check.message}`);
  if (cause !== undefined && cause !== "") return cause.replace(/\.$/, "");
  if (outcome.state !== "failed") return "a check failed";
  const { failure } = outcome;
  switch (failure.kind) {
    case "spawn":
      return `the server could not be started: ${failure.message}`;
    case "exited":
      return `the server exited with ${failure.signal ?? `code ${failure.exitCode ?? "unknown"}`} during ${failure.phase}`;
    case "fatal-line":
      return `the server printed a fatal line during ${failure.phase}: ${failure.line}`;
    case "hang":
      return `nothing moved for ${Math.round(failure.silentForMs / 1000)} s during ${failure.phase}`;
    case "wrong-server":
      return `the endpoint serves ${failure.found} instead of ${failure.expected}`;
    case "check":
      return `the ${failure.check} check failed: ${failure.message}`;
    default:
      return failure satisfies never;
  }
}

function serving(record: RunRecord, cell: CellRecord, gates: readonly GateResult[]): Ground[] {
  const rows = gates.flatMap((gate) => gate.rows.filter((row) => row.cell === cell.cell.id && row.advisory === undefined));
  const word = ledgerWord(record, cell);
  return [
    { class: "pass", reason: passReason(rows) },
    ...gaps(record, cell),
    ...ground("regression", rows, "failed"),
    ...ground("inconclusive", rows, "inconclusive"),
    ...(word.kind === "unexpected-pass"
      ? [
          {
            class: "unexpected-pass",
            reason: `serves although it was expected to fail: delete the entry ${entryText(word.entry)}, under expected-failures: \`${entryLine(word.entry)}\``,
          } as const,
        ]
      : []),
  ];
}

/** The same texts, and other log-probabilities or other words than the baseline's: the server computes something else than it did. */
function otherAnswers({ cell }: CellRecord, { divergences = [], greedy = [] }: Comparison): Ground[] {
  const mine = (each: { readonly cell: string; readonly against: string; readonly state: string }): boolean =>
    each.cell === cell.id && each.against === "baseline" && each.state === "different";
  return [
    ...divergences
      .filter(mine)
      .map(
        (found) =>
          ({ class: "regression", reason: `computes other log-probabilities than the baseline: ${divergenceText(found)}` }) as const,
      ),
    ...greedy
      .filter(mine)
      .map((found) => ({ class: "regression", reason: `answers otherwise than the baseline: ${greedyText(found)}` }) as const),
  ];
}

function ground(cellClass: CellClass, rows: readonly GateRow[], status: GateRow["status"]): Ground[] {
  const [first, ...rest] = rows.filter((row) => row.status === status);
  if (first === undefined) return [];
  const place = first.workload === "" ? "" : `${first.workload}: `;
  return [{ class: cellClass, reason: `${place}${first.detail}${rest.length === 0 ? "" : `; and ${rest.length} more`}` }];
}

function passReason(rows: readonly GateRow[]): string {
  const passed = rows.filter((row) => row.status === "passed").length;
  if (passed > 0) return `serves, and ${passed} of ${count(rows.length, "gate row")} ${passed === 1 ? "passes" : "pass"}`;
  return rows.length === 0 ? "serves; no gate is configured" : "serves; no gate could be tested";
}
