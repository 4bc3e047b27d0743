import { join } from "node:path";
import { cacheState, resolveEffects } from "../engines/index.ts";
import { diagnose, watch } from "../diagnose/index.ts";
import type { GpuDesk } from "../machine/index.ts";
import { axesText, type Context, type Diagnosis, type Failure, type Outcome, type PlannedCell } from "../model/index.ts";
import { attachServer, shown, startServer, type RunningServer, type StartRequest, type Started } from "../server/index.ts";
import { gpuGate, NOTHING_STARTED, withRelease } from "./gpu-gate.ts";
import { measure } from "./measure.ts";
import { suspectsSeal } from "./seal.ts";
import { explain } from "./explain.ts";
import { withReplacement } from "./replacement.ts";
import type { SessionRequest } from "./run.ts";

/**
 * One launch of one cell, from start to the proof that nothing is left. Never throws for the server's sake. Resolves to the reason when the
 * isolation, and not the server, may have been at fault; the launch is then to be made once more outside it.
 */
export async function launchCell(
  request: SessionRequest,
  wanted: PlannedCell,
  launch: number,
  context: Context,
  desk?: GpuDesk,
): Promise<string | undefined> {
  const where = { cell: wanted.cell.id, launch } as const;
  const log = join("cells", folderOf(wanted), String(launch));
  context.emit({
    kind: "launch-started",
    at: context.clock.timestamp(),
    ...shown(wanted.launch, request.secrets),
    log: join(log, "server.log"),
    ...(wanted.launch.url === undefined ? {} : { url: wanted.launch.url }),
    ...where,
  });

  const startedMs = context.clock.now();
  const gate = await gpuGate(desk, wanted, launch, context);
  if (gate.state === "shut") {
    const { state: _, ...end } = gate;
    context.emit({ kind: "launch-ended", atMs: context.clock.now() - startedMs, ...end, ...where });
    context.emit({ kind: "server-stopped", stop: NOTHING_STARTED, ...where });
    return undefined;
  }
  const { planned } = gate;
  const started = await start(request, planned, launch, join(context.workDir, log), context);
  const { argv, env } = started.state === "ready" ? started.server : started;
  const lines = started.state === "ready" ? started.server.lines() : started.lines;
  const caches = cacheState(lines, request.engine.caches);
  context.emit({ kind: "launch-filled", argv, env, ...(caches === undefined ? {} : { caches }), ...where });
  const outcome = started.state === "ready" ? await serve(request, planned, launch, started.server, context, desk) : notReady(started);
  const printed = started.state === "ready" ? started.server.printed() : started.printed;
  const kernelLog = outcome.state === "failed" ? ((await desk?.kernelLog()) ?? []) : [];
  const diagnosis = outcome.state === "failed" ? diagnosisOf(request, printed, outcome.failure, kernelLog) : undefined;
  context.emit({
    kind: "launch-ended",
    atMs: context.clock.now() - startedMs,
    outcome,
    ...(diagnosis === undefined ? {} : { diagnosis }),
    ...where,
  });

  const stop = started.state === "ready" ? await started.server.stop() : started.stop;
  context.emit({ kind: "server-stopped", stop: await withRelease(stop, desk, gate.baseline), ...where });
  if (started.state !== "failed" || desk === undefined || request.outside === true) return undefined;
  return suspectsSeal(started.isolation, request.config.launch, diagnosis, context.env);
}

function start(request: SessionRequest, planned: PlannedCell, launch: number, dir: string, context: Context): Promise<Started> {
  const { launch: launchConfig } = request.config;
  const watcher = watch();
  const common: StartRequest = {
    planned,
    engine: request.engine,
    launchConfig,
    ...(request.outside === undefined ? {} : { outside: request.outside }),
    launchNumber: launch,
    dir,
    runId: request.run.id,
    ledgerDir: request.ledgerDir,
    secrets: request.secrets,
    onPhase: (phase, atMs, line) =>
      context.emit({ kind: "phase-entered", phase, atMs, ...(line === undefined ? {} : { line }), cell: planned.cell.id, launch }),
    fatal: (line) => watcher.push(line) !== undefined,
  };
  return launchConfig.url === undefined ? startServer(common, context) : attachServer(launchConfig.url, common, context);
}

/** Proves what took effect, then runs the checks in order. */
async function serve(
  request: SessionRequest,
  planned: PlannedCell,
  launch: number,
  server: RunningServer,
  context: Context,
  desk: GpuDesk | undefined,
): Promise<Outcome> {
  const where = { cell: planned.cell.id, launch } as const;
  const serverInfo = await server.serverInfo();
  const resolved = resolveEffects(planned.proofs, { lines: server.lines(), serverInfo });
  context.emit({ kind: "effects-resolved", resolved, ...where });
  const gpus = desk?.watch((pid) => server.owns(pid));
  try {
    return await measure(request, server, where, context, gpus);
  } finally {
    gpus?.stop();
  }
}

function notReady(started: Exclude<Started, { state: "ready" }>): Outcome {
  if (started.state === "failed") return { state: "failed", failure: started.failure };
  return { state: "interrupted", during: started.phases.at(-1)?.phase ?? "spawn" };
}

/** From what the server printed and what the kernel wrote meanwhile. */
function diagnosisOf(request: SessionRequest, printed: readonly string[], failure: Failure, kernelLog: readonly string[]): Diagnosis {
  const { engine, rehearsal } = request.config;
  const explained = explain(diagnose(printed, { ...sceneOf(request, failure), kernelLog }), failure);
  return withReplacement(explained, engine === "rehearsal" ? (rehearsal?.dialect ?? "sglang") : engine);
}

function sceneOf(request: SessionRequest, failure: Failure): Parameters<typeof diagnose>[1] {
  return {
    engine: request.engine.id,
    ...("phase" in failure ? { phase: failure.phase } : {}),
    ...(failure.kind === "exited" && failure.exitCode !== undefined ? { exitCode: failure.exitCode } : {}),
    ...(failure.kind === "exited" && failure.signal !== undefined ? { signal: failure.signal } : {}),
  };
}

/** A folder name that any file system takes; the fingerprint keeps long or odd names apart. */
function folderOf({ cell }: PlannedCell): string {
  const readable = axesText(cell.axes)
    .replaceAll(/[^A-Za-z0-9=._-]+/g, "_")
    .slice(0, 80);
  return `${readable}-${cell.fingerprint.slice(0, 6)}`;
}
