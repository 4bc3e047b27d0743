import type { Context, Endpoint, Failure, Launch, StopReport } from "../model/index.ts";
import { keepApart, type Serving } from "../shell/index.ts";
import { call, jsonOf } from "./http.ts";
import type { Place } from "./place.ts";
import type { RunningServer, StartRequest } from "./request.ts";
import { shown } from "./shown.ts";
import { GRACE_MS, stopServer } from "./stop.ts";
import { vocabularyOf } from "./vocabulary.ts";
import type { LogWatch } from "./watch-log.ts";

/** A started server and all that is known of it. */
export interface Started {
  readonly request: StartRequest;
  readonly launch: Launch;
  readonly place: Place;
  readonly serving: Serving;
  readonly log: LogWatch;
  readonly dies: Promise<Failure>;
  readonly context: Pick<Context, "clock" | "signal">;
}

/** Resolved settings of a large model with all its defaults take a moment to write. */
const SERVER_INFO_MS = 30_000;

/** The server at the moment it became ready, answering to `model`. */
export function running({ request, launch, place, serving, log, dies, context }: Started, model: string): RunningServer {
  log.phases.enter("ready");
  log.phases.enter("serving");
  const endpoint = endpointOf(`http://127.0.0.1:${place.port}`, model, request);
  let stopping: Promise<StopReport> | undefined;
  const { promise: died, resolve } = Promise.withResolvers<Failure>();
  const watchDeath = async (): Promise<void> => {
    const failure = await dies;
    if (stopping === undefined) resolve(failure);
  };
  void watchDeath();
  return {
    endpoint,
    isolation: serving.isolation,
    ...shown(launch, request.secrets),
    readyAfterMs: log.sinceLaunch(),
    phases: () => log.phases.spans(),
    lines: () => log.book.cleaned(),
    printed: () => log.book.printed(),
    serverInfo: () => serverInfo(endpoint, context.signal),
    died,
    owns: (pid) => serving.owns(pid),
    keepApart: (threads) => keepApart((pid) => serving.owns(pid), threads),
    stop: () => (stopping ??= stopServer(serving, place.port, GRACE_MS, context)),
  };
}

/** What checks need to talk to the server. */
export function endpointOf(url: string, model: string, { engine, launchConfig, planned }: StartRequest): Endpoint {
  const vocabulary = vocabularyOf(planned.launch.model);
  const base = { url, model, dialect: engine.dialect, requestTimeoutMs: launchConfig.requestTimeoutMs };
  return vocabulary === undefined ? base : { ...base, vocabulary };
}

export async function serverInfo({ url, dialect }: Endpoint, signal: AbortSignal): Promise<unknown> {
  if (dialect.serverInfo === undefined) return undefined;
  return jsonOf(await call(`${url}${dialect.serverInfo}`, { timeoutMs: SERVER_INFO_MS, signal }));
}
