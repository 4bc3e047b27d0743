import type { CheckRun, Commands } from "../checks/index.ts";
import type { Engine } from "../engines/index.ts";
import type { Answer, CellId, Config, Context, MachineFacts, Plan, RunHeader } from "../model/index.ts";
import { gpuDesk } from "../machine/index.ts";
import { walk, type BaseSide } from "./walk.ts";

/** Everything a run needs, decided beforehand. */
export interface SessionRequest {
  readonly plan: Plan;
  readonly config: Config;
  readonly engine: Engine;
  readonly checks: readonly CheckRun[];
  readonly run: RunHeader;
  readonly machine: MachineFacts;
  /** Where servers are written down before they start, so that a later run can sweep what a dead one left. */
  readonly ledgerDir: string;
  /** Values that must not appear in anything stored. */
  readonly secrets: readonly string[];
  /** Servers are not to be started in namespaces of their own, because one died in them. */
  readonly outside?: boolean;
  /** Folder that dataset paths are relative to. */
  readonly baseDir: string;
  /** How a check of a cell was answered in the baseline, where there is one. */
  readonly answersBefore?: (cell: CellId, workload: string) => readonly Answer[] | undefined;
  /** Commands that a check may start beside the server; none when absent. */
  readonly commands?: Commands;
  /** The base build, where this run launches both. */
  readonly base?: BaseSide;
  /** Asked when every planned launch is done, until it names no cell: those to launch once more. */
  readonly more?: () => readonly CellId[];
}

/**
 * Walks the plan and emits one event per step; acts through the rooms it conducts and keeps nothing itself.
 *
 * Launches go round by round (every cell once, then every cell again), so that slow drift of the machine falls on all cells alike.
 * Resolves to `interrupted` when the context's signal was aborted; what had been measured by then is already emitted.
 */
export async function run(request: SessionRequest, context: Context): Promise<"finished" | "interrupted"> {
  const { plan, config } = request;
  context.emit({ kind: "run-started", at: context.clock.timestamp(), run: request.run, machine: request.machine, skipped: plan.skipped });
  for (const { cell, notes } of plan.cells) context.emit({ kind: "cell-planned", cell, notes });
  if (request.base !== undefined) beginBase(request, request.base, context);
  const desk = gpuDesk({ config, machine: request.machine, runId: request.run.id }, context);
  try {
    await walk(request, context, desk);
  } finally {
    await desk?.close();
  }
  const state = context.signal.aborted ? "interrupted" : "finished";
  for (const emit of [context.emit, request.base?.emit]) emit?.({ kind: "run-finished", at: context.clock.timestamp(), state });
  return state;
}

function beginBase({ plan, machine }: SessionRequest, { run: header, cells, emit }: BaseSide, { clock }: Context): void {
  emit({ kind: "run-started", at: clock.timestamp(), run: header, machine, skipped: plan.skipped });
  for (const { cell, notes } of cells) emit({ kind: "cell-planned", cell, notes });
}
