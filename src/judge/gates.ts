import {
  type CellRecord,
  type Comparison,
  type Gate,
  type GateResult,
  type GateRow,
  type RelativeGate,
  type RunRecord,
  faultOf,
} from "../model/index.ts";
import { corrected, type Scored } from "./correct.ts";
import { advisoryFor, covers, coversWorkload } from "./scope.ts";
import { decideLimit } from "./limit.ts";
import { decideRelative } from "./relative.ts";
import { launchCost } from "./settle.ts";
import { measurements, type Measurement } from "./values.ts";

const WORST_FIRST: readonly GateRow["status"][] = ["failed", "inconclusive", "passed", "not-tested"];

/** Every gate of the run over every cell with a launch that served. Such a cell always gets a row: what was not measured is not passed. */
export function judgeGates(record: RunRecord, comparison: Comparison): GateResult[] {
  const cells = record.cells.filter((cell) =>
    cell.launches.some((launch) => launch.outcome.state === "measured" && faultOf(launch) === undefined),
  );
  const rows = record.run.gates.map((gate) => ({
    text: gate.text,
    status: "not-tested" as const,
    rows: cells
      .filter((cell) => covers(gate, cell))
      .flatMap((cell) => {
        const advisory = advisoryFor(gate, record, cell, comparison);
        return cellRows(gate, record, cell, comparison).map((row) => (advisory === undefined ? row : { ...row, advisory }));
      }),
  }));
  return corrected(rows).map(({ text, rows: found }) => summed(text, found.toSorted(byStatus)));
}

/** A gate is as bad as the worst row that decides; one whose rows all inform tests nothing, and says what it found. */
function summed(text: string, rows: readonly GateRow[]): GateResult {
  const [first] = rows;
  if (first === undefined) return { text, status: "not-tested", rows, reason: "no cell that it judges served" };
  const deciding = rows.find((row) => row.advisory === undefined);
  if (deciding === undefined)
    return { text, status: "not-tested", rows, reason: `informs only (${first.advisory ?? ""}): ${first.detail}` };
  const { status } = deciding;
  const reason = status === "not-tested" ? { reason: [...new Set(rows.map((row) => row.detail))].join("; ") } : {};
  return { text, status, rows, ...reason };
}

function byStatus(a: GateRow, b: GateRow): number {
  return WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status) || order(a.cell, b.cell) || order(a.workload, b.workload);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cellRows(gate: Gate, record: RunRecord, cell: CellRecord, comparison: Comparison): Scored[] {
  const measured = measurements(record, cell, gate.metric);
  const rows =
    gate.kind === "limit"
      ? measured.map((each) => ({
          workload: each.workload,
          ...(each.rejected === undefined ? decideLimit(gate, each.values) : rejected(gate, each.rejected)),
        }))
      : relativeRows(gate, record, cell, measured, comparison);
  const row = { cell: cell.cell.id };
  const judged = rows.filter(({ workload }) => coversWorkload(gate, workload));
  if (judged.length > 0) return judged.map((each) => ({ ...row, ...each }));
  const why = notDone(gate, cell);
  return [{ ...row, workload: "", ...rejected(gate, `not measured by this run, so this gate judged nothing${why}`) }];
}

/** Why the check that measures the gate's metric gave no number, where it says. */
function notDone({ metric }: Gate, { launches }: CellRecord): string {
  const check = metric === "accuracy" ? "accuracy" : metric.startsWith("prefill_decode") ? "numerics" : "throughput";
  const reasons = launches.flatMap(({ checks }) => checks.filter(({ id, status }) => id === check && status !== "passed"));
  const [first] = reasons;
  if (first === undefined) return "";
  return `: the ${check} check ${first.status === "skipped" ? "was skipped" : "could not be carried out"}: ${first.message}`;
}

function relativeRows(
  gate: RelativeGate,
  record: RunRecord,
  cell: CellRecord,
  measured: readonly Measurement[],
  comparison: Comparison,
): Omit<Scored, "cell">[] {
  const mine = (each: { readonly cell: string; readonly metric: string }): boolean =>
    each.cell === cell.cell.id && each.metric === gate.metric;
  const changes = comparison.changes.filter(mine);
  const lost = (comparison.lost ?? []).filter(mine);
  const done = new Set([...changes, ...lost].map((each) => each.workload));
  const { launches, confirm } = record.run;
  const most = launches === undefined || confirm === undefined ? undefined : launches + confirm;
  const circumstances = { cost: launchCost(record, cell), planned: launches, most };
  return [
    ...changes.map((change) => ({ workload: change.workload, ...decideRelative(gate, change, circumstances), change })),
    ...lost.map(({ workload, reason }) => ({ workload, ...rejected(gate, reason) })),
    ...measured
      .filter(({ workload }) => !done.has(workload))
      .map((each) => ({
        workload: each.workload,
        ...(each.rejected === undefined ? uncompared(gate, cell, comparison) : rejected(gate, each.rejected)),
      })),
  ];
}

function rejected(gate: Gate, reason: string): Pick<GateRow, "status" | "detail"> {
  return { status: "inconclusive", detail: `${gate.metric}: ${reason}` };
}

/** Why a number that this run has stands without a counterpart. Only a baseline that was found and does not fit is held against the run. */
function uncompared(gate: RelativeGate, cell: CellRecord, { baseline, before, newCells }: Comparison): Pick<GateRow, "status" | "detail"> {
  if (baseline.state === "none") return { status: "not-tested", detail: `no baseline: ${baseline.reason}` };
  if (baseline.state === "unfit") return rejected(gate, `the baseline must not be compared with: ${baseline.reasons.join("; ")}`);
  if (newCells.includes(cell.cell.id)) return { status: "not-tested", detail: "no baseline for this cell yet" };
  const then = before[cell.cell.id];
  if (then === undefined) return { status: "not-tested", detail: "the baseline run did not get to this cell" };
  if (!then.served) return { status: "not-tested", detail: `the baseline did not serve this cell (${then.class})` };
  return { status: "not-tested", detail: `the baseline did not measure ${gate.metric} here` };
}
