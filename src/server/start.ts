import { fillLaunch } from "../engines/index.ts";
import type { Context, Failure, Launch } from "../model/index.ts";
import { serve } from "../shell/index.ts";
import type { Serving } from "../shell/index.ts";
import { join } from "node:path";
import { death } from "./death.ts";
import { failureOf } from "./failure-of.ts";
import { choosePlace } from "./place.ts";
import type { Place } from "./place.ts";
import { prober } from "./probe.ts";
import { untilReady } from "./readiness.ts";
import type { Readiness } from "./readiness.ts";
import type { Ended, StartRequest, Started } from "./request.ts";
import { running } from "./running.ts";
import { shown } from "./shown.ts";
import { CANCEL_GRACE_MS, stopServer } from "./stop.ts";
import { watchLog } from "./watch-log.ts";
import type { LogWatch } from "./watch-log.ts";

/** A server that never became ready gets less time to end by itself. */
const FAILED_GRACE_MS = 5000;

type World = Pick<Context, "clock" | "signal" | "env">;

/**
 * Starts a server and waits until it answers a real completion under its own name. Ends at once when it dies, prints a line that
 * no server survives, stands still, takes too long, or the run is cancelled; it is then stopped, and nothing of it is left.
 */
export async function startServer(request: StartRequest, context: World): Promise<Started> {
  const log = watchLog(request, context.clock);
  let place: Place;
  try {
    place = await choosePlace(request);
  } catch (error) {
    return notStarted(request.planned.launch, request, log, error instanceof Error ? error.message : String(error));
  }
  const launch = fillLaunch(request.planned.launch, place);
  const serving = await serve(launch.argv, {
    runId: request.runId,
    ledgerDir: request.ledgerDir,
    logFile: join(request.dir, "server.log"),
    inherit: context.env,
    env: launch.env,
    ports: [place.port],
    isolation: { ...request.launchConfig, ...(request.outside === undefined ? {} : { outside: request.outside }) },
    secrets: request.secrets,
    ...(place.container === undefined ? {} : { container: place.container }),
    onLine: (line) => log.onLine(line),
  });
  if ("spawnError" in serving) return notStarted(launch, request, log, serving.spawnError);
  log.launched();

  const dies = death(serving, log, context.clock);
  const end = await firstEnd(request, place, serving, log, dies, context);
  const base = { request, launch, place, serving, log, dies, context };
  if (end.state === "ready") return { state: "ready", server: running(base, end.model) };
  const failure = end.state === "cancelled" ? undefined : end.state === "died" ? end.failure : failureOf(end, log.scene());
  // Before the stop: what a server prints while it is being stopped explains nothing.
  const left = remains(launch, request, log);
  const stop = await stopServer(
    serving,
    // Somebody else's port is expected to answer on.
    failure?.kind === "wrong-server" ? undefined : place.port,
    failure === undefined ? CANCEL_GRACE_MS : FAILED_GRACE_MS,
    context,
  );
  const ended: Ended = { ...left, isolation: serving.isolation, stop };
  return failure === undefined ? { state: "cancelled", ...ended } : { state: "failed", failure, ...ended };
}

type End = Readiness | { readonly state: "died"; readonly failure: Failure } | { readonly state: "cancelled" };

async function firstEnd(
  request: StartRequest,
  place: Place,
  serving: Serving,
  log: LogWatch,
  dies: Promise<Failure>,
  { clock, signal: cancelled }: World,
): Promise<End> {
  const { engine, launchConfig } = request;
  const over = new AbortController();
  const signal = AbortSignal.any([cancelled, over.signal]);
  // Where the log says itself when it is ready, it may warm up after its port is open.
  const logSaysReady = engine.markers.some((marker) => marker.phase === "ready");
  const look = prober({
    url: `http://127.0.0.1:${place.port}`,
    name: place.name,
    servedAs: engine.servedAs,
    health: engine.dialect.health,
    requestTimeoutMs: launchConfig.requestTimeoutMs,
    signal,
    onAsking: () => (logSaysReady ? undefined : log.phases.enter("ready")),
  });
  const { readyTimeoutMs, stallTimeoutMs } = launchConfig;
  const dead = async (): Promise<End> => {
    await Promise.race([log.fatal, serving.exited]);
    // No looking any more; what is still being said is heard out.
    over.abort();
    return { state: "died", failure: await dies };
  };
  const ready = async (): Promise<End> => {
    try {
      return await untilReady(look, { clock, signal, readyTimeoutMs, stallTimeoutMs, lastProgressMs: () => log.lastProgressMs() });
    } catch (error) {
      if (cancelled.aborted) return { state: "cancelled" };
      if (over.signal.aborted) return dead();
      throw error;
    }
  };
  const end = await Promise.race([dead(), ready()]);
  over.abort();
  // Something answered, and it was not this server if this server is gone.
  return end.state === "ready" && !serving.alive() ? dead() : end;
}

function remains(launch: Launch, { secrets }: StartRequest, log: LogWatch): Omit<Ended, "stop"> {
  return {
    ...shown(launch, secrets),
    phases: log.phases.spans(),
    logTail: log.scene().logTail,
    lines: log.book.cleaned(),
    printed: log.book.printed(),
  };
}

function notStarted(launch: Launch, request: StartRequest, log: LogWatch, message: string): Started {
  const stop = { tookMs: 0, how: "already-gone", leftovers: [] } as const;
  return { state: "failed", failure: { kind: "spawn", message }, ...remains(launch, request, log), stop };
}
