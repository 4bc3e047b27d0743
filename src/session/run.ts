import type { CheckRun } from "../checks/index.ts";
import type { Engine } from "../engines/index.ts";
import type { Config, Context, MachineFacts, Plan, PlannedCell, RunHeader } from "../model/index.ts";
import { gpuDesk, type GpuDesk } from "../machine/index.ts";
import { launchCell } from "./launch.ts";

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
  /** Folder that dataset paths are relative to. */
  readonly baseDir: string;
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
  const desk = gpuDesk({ config, machine: request.machine, runId: request.run.id }, context);
  try {
    await launchAll(request, context, desk);
  } finally {
    await desk?.close();
  }
  const state = context.signal.aborted ? "interrupted" : "finished";
  context.emit({ kind: "run-finished", at: context.clock.timestamp(), state });
  return state;
}

async function launchAll(request: SessionRequest, context: Context, desk: GpuDesk | undefined): Promise<void> {
  for (const { planned, launch } of rounds(request.plan.cells, request.config.launches)) {
    if (context.signal.aborted) break;
    await launchCell(request, planned, launch, context, desk);
  }
}

function* rounds(cells: readonly PlannedCell[], launches: number): Generator<{ planned: PlannedCell; launch: number }> {
  for (let launch = 1; launch <= launches; launch++) {
    for (const planned of cells) yield { planned, launch };
  }
}
