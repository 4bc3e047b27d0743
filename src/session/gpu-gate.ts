import type { Baseline, GpuDesk } from "../machine/index.ts";
import type { Context, Diagnosis, Outcome, PlannedCell, StopReport } from "../model/index.ts";

/** Whether a server may be started now, and what to give it. */
export type Gate =
  | { readonly state: "open"; readonly planned: PlannedCell; readonly baseline?: Baseline }
  /** Nothing was started. */
  | { readonly state: "shut"; readonly outcome: Outcome; readonly diagnosis?: Diagnosis };

/** Nothing ran, so nothing had to be stopped. */
export const NOTHING_STARTED: StopReport = { tookMs: 0, how: "already-gone", leftovers: [] };

/** Looks at the GPUs before a launch; without GPUs the gate is open. */
export async function gpuGate(desk: GpuDesk | undefined, planned: PlannedCell, launch: number, context: Context): Promise<Gate> {
  if (desk === undefined) return { state: "open", planned };
  let look: Awaited<ReturnType<GpuDesk["check"]>>;
  try {
    look = await desk.check((text) => context.emit({ kind: "progress", text, cell: planned.cell.id, launch }));
  } catch (error) {
    if (context.signal.aborted) return { state: "shut", outcome: { state: "interrupted", during: "spawn" } };
    throw error;
  }
  if (look.state === "refused") {
    const { diagnosis } = look;
    return {
      state: "shut",
      outcome: { state: "failed", failure: { kind: "spawn", message: `not started: ${diagnosis.rootCause}` } },
      diagnosis,
    };
  }
  const env = { ...planned.launch.env, ...look.env };
  return { state: "open", planned: { ...planned, launch: { ...planned.launch, env } }, baseline: look.baseline };
}

/** The report of a stop, with what is left on the GPUs. */
export async function withRelease(stop: StopReport, desk: GpuDesk | undefined, baseline: Baseline | undefined): Promise<StopReport> {
  if (desk === undefined || baseline === undefined) return stop;
  const left = await desk.released(baseline);
  return { ...stop, leftovers: [...stop.leftovers, ...left] };
}
