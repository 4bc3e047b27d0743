import type { MeasuredPass } from "../checks/index.ts";
import type { GpuWatch } from "../machine/index.ts";
import type { CheckResult, Context, Failure, Outcome } from "../model/index.ts";
import type { RunningServer } from "../server/index.ts";
import { withGpus } from "./gpu-telemetry.ts";
import type { SessionRequest } from "./run.ts";

/**
 * Runs every check against a live server and says how the launch ended.
 *
 * A failed smoke test ends the launch: numbers from a server that cannot answer mean nothing. A server that dies ends it too, at
 * once, with the check under way recorded as an error. Later checks run even when accuracy fails, so that one launch tells all.
 */
export async function measure(
  request: SessionRequest,
  server: RunningServer,
  where: { readonly cell: string; readonly launch: number },
  context: Context,
  gpus: GpuWatch | undefined,
): Promise<Outcome> {
  const { readyAfterMs } = server;
  const death = watchDeath(server, context.signal);
  let failure: Failure | undefined;
  for (const check of request.checks) {
    context.emit({ kind: "check-started", check: check.id, workload: check.workload, ...where });
    const startedMs = context.clock.now();
    const passes: MeasuredPass[] = [];
    const before = request.answersBefore?.(where.cell, check.workload);
    const plain = await check.run(server.endpoint, {
      signal: death.signal,
      clock: context.clock,
      progress: (text) => context.emit({ kind: "progress", text, ...where }),
      baseDir: request.baseDir,
      env: context.env,
      ...(before === undefined ? {} : { before }),
      ...(request.commands === undefined ? {} : { commands: request.commands }),
      onPass: (pass) => passes.push(pass),
      keepApart: (threads) => server.keepApart(threads),
    });
    const span = { fromMs: startedMs, toMs: context.clock.now() };
    const result = gpus === undefined ? plain : await withGpus(plain, passes, span, gpus);
    if (context.signal.aborted) return { state: "interrupted", during: "serving" };
    const died = await death.settled(result);
    context.emit({
      kind: "check-finished",
      result: died === undefined ? result : deadDuring(result, died, context.clock.now() - startedMs),
      ...where,
    });
    if (died !== undefined) return { state: "failed", failure: died, readyAfterMs };
    if (result.status === "failed") failure ??= checkFailure(result, server);
    if (check.id === "smoke" && result.status === "failed") break;
  }
  return failure === undefined ? { state: "measured", readyAfterMs } : { state: "failed", failure, readyAfterMs };
}

/**
 * A signal that fires when the server dies or the run is cancelled, and the death itself. A check that failed gets a moment
 * longer: connections break before the exit of the process is seen.
 */
function watchDeath(
  server: RunningServer,
  cancelled: AbortSignal,
): { signal: AbortSignal; settled(result: CheckResult): Promise<Failure | undefined> } {
  const controller = new AbortController();
  let death: Failure | undefined;
  const died = server.died.then((failure) => {
    death = failure;
    controller.abort(new Error("the server died"));
    return failure;
  });
  return {
    signal: AbortSignal.any([cancelled, controller.signal]),
    async settled(result) {
      if (death !== undefined || result.status === "passed" || result.status === "skipped") return death;
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), 1_000);
      });
      const seen = await Promise.race([died, patience]);
      clearTimeout(timer);
      return seen;
    },
  };
}

/** Survivors of a dead server are not averaged: the check keeps its counts and loses its numbers. */
function deadDuring(result: CheckResult, death: Failure, afterMs: number): CheckResult {
  const how = death.kind === "exited" ? `exited with ${death.signal ?? `code ${death.exitCode ?? "unknown"}`}` : "stopped working";
  return { ...result, status: "error", metrics: [], message: `the server ${how} ${(afterMs / 1000).toFixed(1)} s into this check` };
}

function checkFailure(result: CheckResult, server: RunningServer): Failure {
  const rows = result.rows.filter((row) => row.status === "failed").map((row) => `${row.title}: ${row.detail}`);
  return {
    kind: "check",
    check: result.id,
    // What a row of numerics says is a statistic; what it means is in the message.
    message: rows.length === 0 || result.id === "numerics" ? result.message : rows.join("; "),
    phase: "serving",
    logTail: server.printed().slice(-40),
  };
}
