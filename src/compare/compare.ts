import {
  type CellRecord,
  type Comparison,
  type HistoryFacts,
  type LostRow,
  type RunRecord,
  effectiveAxes,
  faultOf,
} from "../model/index.ts";
import { change, ratiosOf } from "./change.ts";
import { divergences } from "./divergence.ts";
import { drift, sameNumber } from "./drift.ts";
import { unfitness } from "./fit.ts";
import { greedyDivergences } from "./greedy.ts";
import { join } from "./join.ts";
import { pooled, type PairedRow } from "./pool.ts";
import { remedyNotes } from "./remedies.ts";
import { rows, type Row } from "./rows.ts";
import { unknownNotes } from "./unknowns.ts";

/** What stands on the other side: a record, or why there is none, or why the one that is there must not be used. */
export type Base = RunRecord | { readonly missing: string } | { readonly unfit: readonly string[] };

/**
 * Head against baseline. Changes exist only where a cell served in both runs with the same settings in effect and a client that may be
 * believed; a number that the baseline has and this run lacks is listed as lost, so that a missing measurement is never mistaken for a
 * good one.
 */
export function compare(head: RunRecord, base: Base): Comparison {
  const nothing = {
    changes: [],
    newCells: head.cells.map((cell) => cell.cell.id),
    missingCells: [],
    before: {},
    ...answersApart(head, []),
    ...withNotes([...unknownNotes(head, undefined), ...remedyNotes(head, undefined)]),
  };
  if ("missing" in base) return { baseline: { state: "none", reason: base.missing }, ...nothing };
  if ("unfit" in base) return { baseline: { state: "unfit", reasons: base.unfit }, ...nothing };
  const reasons = unfitness(head, base);
  if (reasons.length > 0) return { baseline: { state: "unfit", reasons }, ...nothing };

  const joined = join(head.cells, base.cells);
  const found = joined.pairs.map(([after, before]) => compareCell(after, before, base.history, isPaired(head, base)));
  const changes = pooled(found.flatMap((cell) => cell.rows));
  return {
    baseline: {
      state: "found",
      run: base.run.id,
      startedAt: base.run.startedAt,
      ...(base.run.engine.version === undefined ? {} : { engineVersion: base.run.engine.version }),
      ...(base.run.source?.headSha === undefined ? {} : { headSha: base.run.source.headSha }),
    },
    changes,
    newCells: joined.added.map((cell) => cell.cell.id),
    missingCells: joined.gone.map((cell) => cell.cell.id),
    before: Object.fromEntries([
      ...joined.gone.flatMap((cell) => standing(cell, cell.cell.id)),
      ...joined.pairs.flatMap(([after, before]) => standing(before, after.cell.id)),
    ]),
    ...(base.history?.served === undefined ? {} : { runsServed: runsServed(head, base.history.served) }),
    lost: found.flatMap((cell) => cell.lost),
    ...answersApart(head, joined.pairs),
    ...(base.history === undefined
      ? {}
      : {
          drift: found.flatMap(({ rows: its, fingerprint }) =>
            drift(
              its.map((row) => row.change),
              fingerprint,
              base.history,
            ),
          ),
        }),
    notes: [
      ...joined.notes,
      ...found.flatMap((cell) => cell.notes),
      ...(base.history?.notes ?? []),
      ...unknownNotes(head, base),
      ...remedyNotes(head, base),
    ],
  };
}

/** How far log-probabilities and greedy answers of fixed texts lie apart; what no cell kept is absent. */
function answersApart({ cells }: RunRecord, pairs: Parameters<typeof divergences>[1]): Pick<Comparison, "divergences" | "greedy"> {
  const [scores, greedy] = [divergences(cells, pairs), greedyDivergences(cells, pairs)];
  return { ...(scores.length === 0 ? {} : { divergences: scores }), ...(greedy.length === 0 ? {} : { greedy }) };
}

function withNotes(notes: readonly string[]): Pick<Comparison, "notes"> {
  return notes.length === 0 ? {} : { notes };
}

function runsServed(head: RunRecord, served: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    head.cells.map(({ cell }) => [cell.id, Object.hasOwn(served, cell.fingerprint) ? (served[cell.fingerprint] ?? 0) : 0]),
  );
}

/** Both sides were launched in turns by one job: they name each other. */
function isPaired(head: RunRecord, base: RunRecord): boolean {
  return head.run.pair !== undefined && head.run.pair === base.run.pair;
}

interface ComparedCell {
  readonly fingerprint: string;
  readonly rows: readonly PairedRow[];
  readonly lost: readonly LostRow[];
  readonly notes: readonly string[];
}

function compareCell(after: CellRecord, before: CellRecord, history: HistoryFacts | undefined, paired: boolean): ComparedCell {
  const { fingerprint, id: cell } = after.cell;
  const [heads, bases] = [measured(after), measured(before)];
  if (heads.length === 0 || bases.length === 0) return { fingerprint, rows: [], lost: [], notes: [] };
  const baseRows = rows(bases).filter((row) => row.values.length > 0);
  const other = differingSettings(after, before);
  if (other.length > 0) {
    const reason = `other settings were in effect than on the baseline: ${other.join(", ")}`;
    const lost = baseRows.map((row) => lostRow(cell, row, reason));
    return { fingerprint, rows: [], lost, notes: [`${cell} is not compared: ${reason}`] };
  }
  const headRows = new Map(rows(heads).map((row) => [row.key, row]));
  const found: PairedRow[] = [];
  const lost: LostRow[] = [];
  for (const base of baseRows) {
    const head = headRows.get(base.key);
    const noise = history?.noise.find((row) => row.fingerprint === before.cell.fingerprint && sameNumber(row, base));
    if (head === undefined || head.values.length === 0) lost.push(lostRow(cell, base, head?.rejected ?? "not measured in this run"));
    else {
      const its = change(cell, base, head, { paired, ...(noise === undefined ? {} : { noise }) });
      const ratios = ratiosOf(its, base, head);
      found.push({ change: its, ...(ratios === undefined ? {} : { ratios }) });
    }
  }
  return { fingerprint, rows: found, lost, notes: [] };
}

function measured(cell: CellRecord): CellRecord["launches"] {
  return cell.launches.filter((launch) => launch.outcome.state === "measured");
}

function lostRow(cell: string, { metric, workload }: Row, reason: string): LostRow {
  return { cell, metric, workload, reason };
}

/**
 * `attention-backend=fa2 here, cutlass there` for every axis that fell back or showed no effect on one side and stands differently on the
 * other. What was requested is the same on both: the join saw to that.
 */
function differingSettings(after: CellRecord, before: CellRecord): string[] {
  const [here, there] = [settings(after), settings(before)];
  return [...new Set([...here.odd, ...there.odd])]
    .filter((axis) => here.values[axis] !== there.values[axis])
    .map((axis) => `${axis}=${here.values[axis] ?? "absent"} here, ${there.values[axis] ?? "absent"} there`);
}

/** Values in effect; an inert one is marked, since nobody knows what stood in its place. */
function settings(cell: CellRecord): { readonly values: Readonly<Record<string, string>>; readonly odd: readonly string[] } {
  const launch = measured(cell)[0];
  const odd = (launch?.resolved ?? []).filter((setting) => setting.effect === "inert" || setting.effect === "fallback");
  const inert = odd.filter((setting) => setting.effect === "inert").map(({ axis, requested }) => [axis, `${requested} (inert)`]);
  return { values: { ...effectiveAxes(cell, launch), ...Object.fromEntries(inert) }, odd: odd.map((setting) => setting.axis) };
}

/** A baseline cell that served in any launch counts as served: a flaky past does not excuse a broken present. */
function standing(cell: CellRecord, id: string): [string, Comparison["before"][string]][] {
  const faults = cell.launches.map(faultOf);
  const ran = cell.launches.filter((launch) => launch.outcome.state !== "interrupted");
  if (ran.length === 0) return [];
  const fault = faults.find((each) => each !== undefined);
  const serving = ran.some((launch) => faultOf(launch) === undefined);
  return [[id, serving || fault === undefined ? { served: true } : { served: false, class: fault }]];
}
