import { RECORD_SCHEMA } from "../model/index.ts";
import type {
  CellId,
  CellRecord,
  Event,
  LaunchRecord,
  Milliseconds,
  PhaseSpan,
  RemedyTrials,
  RunRecord,
  VoidedLaunch,
} from "../model/index.ts";

/**
 * The record of the events so far; `undefined` before `run-started`. Every prefix of a stream folds to a valid record: a launch
 * without an end is `interrupted` in the phase it had reached, and a run without an end is `running`.
 *
 * A second `run-started` begins anew. Events of a cell or launch that was never announced belong to no record and are passed over.
 */
export function fold(events: Iterable<Event>): RunRecord | undefined {
  let run: RunDraft | undefined;
  for (const event of events) {
    if (event.kind === "run-started") run = { started: event, cells: new Map(), remedies: [], bisected: [], finished: undefined };
    else if (run !== undefined) take(run, event);
  }
  return run === undefined ? undefined : finish(run);
}

type Started = Extract<Event, { kind: "run-started" }>;
type Finished = Extract<Event, { kind: "run-finished" }>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type LaunchDraft = Mutable<Omit<LaunchRecord, "phases">> & { readonly phases: Mutable<PhaseSpan>[] };

interface RunDraft {
  readonly started: Started;
  readonly cells: Map<
    CellId,
    {
      readonly cell: CellRecord["cell"];
      notes: readonly string[];
      readonly launches: Map<number, LaunchDraft>;
      readonly voided: VoidedLaunch[];
    }
  >;
  readonly remedies: RemedyTrials[];
  readonly bisected: CellRecord[];
  finished: Finished | undefined;
}

function take(run: RunDraft, event: Exclude<Event, Started>): void {
  if (event.kind === "run-finished") {
    run.finished = event;
    return;
  }
  if (event.kind === "remedies-tried") {
    run.remedies.push(event.result);
    return;
  }
  if (event.kind === "cell-bisected") {
    run.bisected.push(event.cell);
    return;
  }
  if (event.kind === "cell-planned") {
    const { launches, voided } = run.cells.get(event.cell.id) ?? { launches: new Map<number, LaunchDraft>(), voided: [] };
    run.cells.set(event.cell.id, { cell: event.cell, notes: event.notes, launches, voided });
    return;
  }
  const launches = run.cells.get(event.cell)?.launches;
  if (event.kind === "launch-started") launches?.set(event.launch, opened(event));
  const launch = launches?.get(event.launch);
  if (event.kind === "launch-voided" && launch !== undefined) {
    launches?.delete(event.launch);
    run.cells.get(event.cell)?.voided.push({ launch, reason: event.reason });
    return;
  }
  if (launch !== undefined) tell(launch, event);
}

function opened(event: Extract<Event, { kind: "launch-started" }>): LaunchDraft {
  return {
    number: event.launch,
    startedAt: event.at,
    argv: event.argv,
    env: event.env,
    phases: [],
    resolved: [],
    checks: [],
    outcome: { state: "interrupted", during: "spawn" },
    log: event.log,
    ...(event.url === undefined ? {} : { url: event.url }),
  };
}

function tell(
  launch: LaunchDraft,
  event: Exclude<Event, Started | Finished | { kind: "cell-planned" | "remedies-tried" | "cell-bisected" }>,
): void {
  switch (event.kind) {
    case "launch-filled":
      launch.argv = event.argv;
      launch.env = event.env;
      if (event.caches !== undefined) launch.caches = event.caches;
      return;
    case "phase-entered":
      closePhase(launch, event.atMs);
      launch.phases.push({
        phase: event.phase,
        fromMs: event.atMs,
        toMs: event.atMs,
        ...(event.line === undefined ? {} : { line: event.line }),
      });
      if (launch.outcome.state === "interrupted") launch.outcome = { state: "interrupted", during: event.phase };
      return;
    case "effects-resolved":
      launch.resolved = event.resolved;
      return;
    case "check-finished":
      launch.checks = [...launch.checks, event.result];
      return;
    case "launch-ended":
      closePhase(launch, event.atMs);
      launch.outcome = event.outcome;
      if (event.diagnosis !== undefined) launch.diagnosis = event.diagnosis;
      return;
    case "server-stopped":
      launch.stop = event.stop;
      closeStopping(launch, event.stop.tookMs);
      return;
    case "launch-started":
    case "check-started":
    case "launch-voided":
    case "progress":
      return;
    default:
      event satisfies never;
  }
}

function closePhase(launch: LaunchDraft, atMs: Milliseconds): void {
  const last = launch.phases.at(-1);
  if (last !== undefined) last.toMs = Math.max(last.fromMs, atMs);
}

// The end of stopping has no event of its own: it is its beginning and what the stop report says it took.
function closeStopping(launch: LaunchDraft, tookMs: Milliseconds): void {
  const last = launch.phases.at(-1);
  if (last?.phase === "stopping") last.toMs = Math.max(last.toMs, last.fromMs + tookMs);
}

function finish({ started, cells, remedies, bisected, finished }: RunDraft): RunRecord {
  return {
    schema: RECORD_SCHEMA,
    run: started.run,
    machine: started.machine,
    state: finished?.state ?? "running",
    ...(finished === undefined ? {} : { finishedAt: finished.at }),
    cells: [...cells.values()].map(({ cell, notes, launches, voided }) => ({
      cell,
      notes,
      launches: [...launches.values()].sort((a, b) => a.number - b.number),
      ...(voided.length === 0 ? {} : { voided }),
    })),
    skipped: started.skipped,
    ...(remedies.length === 0 ? {} : { remedies }),
    ...(bisected.length === 0 ? {} : { bisected }),
  };
}
