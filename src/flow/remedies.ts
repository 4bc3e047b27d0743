import { join } from "node:path";
import type { CheckRun } from "../checks/index.ts";
import { fold } from "../record/index.ts";
import {
  axesText,
  faultOf,
  served,
  type AxisId,
  type CellRecord,
  type Context,
  type Event,
  type MachineFacts,
  type PlannedCell,
  type Remedy,
  type RemedyTrial,
  type RemedyTrials,
  type RunHeader,
  type RunRecord,
} from "../model/index.ts";
import { plan } from "../plan/index.ts";
import { run } from "../session/index.ts";
import type { Prepared } from "./prepare.ts";
import { site } from "./site.ts";

/**
 * What has made crashing servers serve, gentlest first; tried after what the diagnosis itself advises. Each is a change of axis values, so
 * that every engine's own flags are written by its axes.
 */
const LADDER: readonly Remedy[] = [
  { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
  { text: "Keep the KV cache in the model's own type", axes: { "kv-cache-dtype": "auto" } },
  { text: "Batch fewer tokens", axes: { "max-batched-tokens": "8192" } },
  { text: "Run fewer sequences at once", axes: { "max-sequences": "64" } },
  { text: "Serve without quantisation", axes: { quantization: "auto" } },
  { text: "Ask for less of the GPU", axes: { "gpu-memory": "0.75" } },
  { text: "Shorten the context", axes: { "context-length": "32768" } },
  { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
  { text: "Run without CUDA graphs", axes: { eager: "on" } },
];

export interface LadderRequest {
  readonly prepared: Prepared;
  readonly machine: MachineFacts;
  readonly header: RunHeader;
  readonly checks: readonly CheckRun[];
  readonly ledgerDir: string;
  readonly secrets: readonly string[];
  readonly emit: (event: Event) => void;
  readonly workDir: string;
}

/**
 * Climbs the ladder for the first cell of every kind of crash of a run: launches it again with one remedy after another, those of its
 * diagnosis first, until one serves or `most` were tried. Trials never join the cell's own launches.
 */
export async function climb(
  request: LadderRequest,
  record: RunRecord,
  most: number,
  context: Omit<Context, "emit" | "workDir">,
): Promise<void> {
  const kinds = new Set<string>();
  for (const cell of record.cells) {
    const launch = cell.launches.find((each) => faultOf(each) !== undefined && each.diagnosis?.infra === undefined);
    const kind = launch === undefined ? undefined : faultOf(launch);
    if (kind === undefined || kinds.has(kind) || context.signal.aborted) continue;
    kinds.add(kind);
    const result = await climbFor(request, cell, [...(launch?.diagnosis?.remedies ?? []), ...LADDER], most, context);
    if (result.trials.length > 0) request.emit({ kind: "remedies-tried", result });
  }
}

async function climbFor(
  request: LadderRequest,
  cell: CellRecord,
  remedies: readonly Remedy[],
  most: number,
  context: Omit<Context, "emit" | "workDir">,
): Promise<RemedyTrials> {
  const trials: RemedyTrial[] = [];
  const tried = new Set<string>();
  for (const { text, axes } of remedies) {
    if (axes === undefined || context.signal.aborted || trials.filter((trial) => trial.outcome !== "not-run").length >= most) continue;
    const changed = Object.fromEntries(Object.entries(axes).filter(([axis, value]) => cell.cell.axes[axis] !== value));
    const name = axesText(changed);
    if (Object.keys(changed).length === 0 || tried.has(name)) continue;
    tried.add(name);
    const trial = await attempt(request, cell, { text, axes: changed }, tried.size, context);
    trials.push(trial);
    if (trial.outcome === "served") return { cell: cell.cell.id, trials, found: name };
  }
  return { cell: cell.cell.id, trials };
}

async function attempt(
  request: LadderRequest,
  cell: CellRecord,
  remedy: { readonly text: string; readonly axes: Readonly<Record<AxisId, string>> },
  number: number,
  context: Omit<Context, "emit" | "workDir">,
): Promise<RemedyTrial> {
  const planned = planFor(request.prepared, { ...cell.cell.axes, ...remedy.axes });
  if (typeof planned === "string") return { ...remedy, outcome: "not-run", why: planned, metrics: [] };
  const events: Event[] = [];
  const { prepared, machine, header, checks, ledgerDir, secrets } = request;
  const { config, engine, baseDir } = prepared;
  await run(
    {
      plan: { ...prepared.plan, cells: [planned], skipped: [] },
      config: { ...config, launches: 1 },
      engine,
      checks,
      run: { ...header, id: `${header.id}-remedy-${number}` },
      machine,
      ledgerDir,
      secrets,
      baseDir,
    },
    {
      ...context,
      emit: (event) => {
        events.push(event);
        if (event.kind === "launch-started")
          request.emit({ kind: "progress", text: `trying ${remedy.text}`, cell: cell.cell.id, launch: 1 });
      },
      workDir: join(request.workDir, "remedies", `${request.header.id.slice(-6)}-${cell.cell.fingerprint.slice(0, 6)}-${number}`),
    },
  );
  const trial = fold(events)?.cells[0];
  if (trial !== undefined && served(trial)) {
    const metrics = trial.launches.flatMap((launch) => launch.checks.flatMap((check) => check.metrics));
    return { ...remedy, outcome: "served", metrics };
  }
  const fault = trial?.launches.map(faultOf).find((each) => each !== undefined);
  return { ...remedy, outcome: "failed", why: fault ?? "it was interrupted", metrics: [] };
}

/** The cell with these values, planned as any other; or why it cannot be. */
export function planFor({ config, plan: whole }: Prepared, axes: Readonly<Record<AxisId, string>>): PlannedCell | string {
  const matrix = { axes: Object.fromEntries(Object.entries(axes).map(([axis, value]) => [axis, [value]])), exclude: [], include: [] };
  const version = whole.engineVersion;
  const planned = plan({ ...config, matrix }, { ...(version === undefined ? {} : { engineVersion: version }), site: site() });
  const [cell] = planned.cells;
  const why = planned.skipped[0]?.reason ?? planned.problems[0]?.message;
  return cell ?? why ?? "it cannot be planned";
}
