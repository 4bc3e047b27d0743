import type { CellId, CellRecord, LaunchRecord, Parsed, Problem, RunRecord, SkippedCell } from "../model/index.ts";
import { joinHeaders } from "./merge-header.ts";
import { joinMachines } from "./merge-machine.ts";

/**
 * One record out of two shards of a run: cells join by id and launches by number. Refused, with every reason: records of different
 * engines, models, commits, gates or harness majors, a simulated one with a real one, and two different measurements of
 * one launch, since keeping either would erase a sample. Of a launch that both hold, an end wins over an interruption.
 *
 * The order of the two, and of any number merged one after another, changes the order of cells and nothing else. A cell that ran in
 * one shard is not skipped in the whole. The whole is interrupted when a part is.
 */
export function merge(a: RunRecord, b: RunRecord): Parsed<RunRecord> {
  const problems: Problem[] = [];
  const run = joinHeaders(a.run, b.run, problems);
  const machine = joinMachines(a.machine, b.machine, problems);
  const cells = joinCells(a.cells, b.cells, problems);
  if (problems.length > 0) return { ok: false, problems };
  const finishedAt = [a.finishedAt, b.finishedAt].filter((at) => at !== undefined).sort();
  const last = finishedAt.at(-1);
  const ran = new Set(cells.map(({ cell }) => cell.id));
  return {
    ok: true,
    value: {
      schema: a.schema,
      run,
      machine,
      state: worseState(a.state, b.state),
      ...(last === undefined ? {} : { finishedAt: last }),
      cells,
      skipped: joinSkipped(a.skipped, b.skipped).filter(({ cell }) => !ran.has(cell.id)),
      ...listed("remedies", [...(a.remedies ?? []), ...(b.remedies ?? [])]),
      ...listed("bisected", [...(a.bisected ?? []), ...(b.bisected ?? [])]),
    },
  };
}

/** What shards add after their cells stands side by side: two of them may have tried the same, and neither telling erases the other. */
function listed<Key extends string, Item>(key: Key, items: readonly Item[]): Partial<Record<Key, readonly Item[]>> {
  const once = new Map(items.map((each) => [canonical(each), each]));
  const inOrder = [...once].toSorted(([x], [y]) => (x < y ? -1 : 1)).map(([, each]) => each);
  return items.length === 0 ? {} : ({ [key]: inOrder } as unknown as Record<Key, readonly Item[]>);
}

function joinCells(a: readonly CellRecord[], b: readonly CellRecord[], problems: Problem[]): readonly CellRecord[] {
  const joined = new Map<CellId, CellRecord>();
  for (const next of [...a, ...b]) {
    const known = joined.get(next.cell.id);
    joined.set(next.cell.id, known === undefined ? next : joinCell(known, next, problems));
  }
  return [...joined.values()];
}

function joinCell(a: CellRecord, b: CellRecord, problems: Problem[]): CellRecord {
  const { id } = a.cell;
  if (a.cell.fingerprint !== b.cell.fingerprint)
    problems.push({ path: id, message: "the two records mean different configurations by this cell (their fingerprints differ)" });
  const launches = new Map(a.launches.map((launch) => [launch.number, launch]));
  for (const launch of b.launches) {
    const known = launches.get(launch.number);
    const kept = known === undefined ? launch : sameLaunch(known, launch);
    if (kept === undefined) problems.push(twice(id, launch.number));
    else launches.set(launch.number, kept);
  }
  const inOrder = [...launches.values()].sort((x, y) => x.number - y.number);
  const voided = [...new Map([...(a.voided ?? []), ...(b.voided ?? [])].map((each) => [canonical(each), each])).entries()]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([, each]) => each);
  return {
    cell: a.cell,
    notes: [...new Set([...a.notes, ...b.notes])].sort(),
    launches: inOrder,
    ...(voided.length === 0 ? {} : { voided }),
  };
}

/** The one to keep of two tellings of one launch; `undefined` when both are measurements and they differ. */
function sameLaunch(a: LaunchRecord, b: LaunchRecord): LaunchRecord | undefined {
  const [textA, textB] = [canonical(a), canonical(b)];
  if (textA === textB) return a;
  if (a.outcome.state === "interrupted" && b.outcome.state === "interrupted") return textA > textB ? a : b;
  if (a.outcome.state === "interrupted") return b;
  return b.outcome.state === "interrupted" ? a : undefined;
}

function twice(path: CellId, number: number): Problem {
  return {
    path,
    message: `both records hold launch ${number} of this cell, with different results`,
    hint: "Merge shards of one run; to compare two runs, use `servegate compare BASE HEAD`.",
  };
}

function joinSkipped(a: readonly SkippedCell[], b: readonly SkippedCell[]): readonly SkippedCell[] {
  const joined = new Map<CellId, SkippedCell>();
  for (const next of [...a, ...b]) {
    const known = joined.get(next.cell.id);
    if (known === undefined || tells(next) < tells(known)) joined.set(next.cell.id, next);
  }
  return [...joined.values()];
}

/** Of two reasons for one cell the same is kept in any order of merging, and one of its own goes before "another job runs it". */
function tells(skipped: SkippedCell): string {
  return `${skipped.kind === "other-job" ? 1 : 0}${canonical(skipped)}`;
}

function worseState(a: RunRecord["state"], b: RunRecord["state"]): RunRecord["state"] {
  const order = ["finished", "running", "interrupted"] as const;
  return order[Math.max(order.indexOf(a), order.indexOf(b))] ?? "interrupted";
}

// Key order differs between a record that was folded and one that was read back through its schema.
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  );
}
