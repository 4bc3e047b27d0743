import type { Context } from "../model/index.ts";
import { shown } from "./shown.ts";
import { failureOf } from "./failure-of.ts";
import { prober } from "./probe.ts";
import { untilReady } from "./readiness.ts";
import type { Readiness } from "./readiness.ts";
import type { StartRequest, Started } from "./request.ts";
import { endpointOf, serverInfo } from "./running.ts";
import { watchLog } from "./watch-log.ts";

/**
 * Waits for a server that somebody else runs. It is never stopped and its log is not seen. It must be on this machine: a
 * configuration from a pull request must not send requests elsewhere.
 */
export async function attachServer(url: string, request: StartRequest, context: Pick<Context, "clock" | "signal">): Promise<Started> {
  const { engine, launchConfig, secrets } = request;
  const { launch } = request.planned;
  const { clock, signal } = context;
  const base = url.replace(/\/+$/, "");
  const log = watchLog(request, clock);
  const told = shown(launch, secrets);
  const ended = (): Omit<Extract<Started, { state: "cancelled" }>, "state"> => ({
    ...told,
    phases: log.phases.spans(),
    logTail: [],
    lines: [],
    printed: [],
    stop: { tookMs: 0, how: "not-ours", leftovers: [] },
  });
  if (!isLoopback(base)) {
    const message = `${base} is not an http address on this machine (127.0.0.1 or localhost)`;
    return { state: "failed", failure: { kind: "spawn", message }, ...ended() };
  }
  const look = prober({
    url: base,
    name: launch.model,
    servedAs: "first-listed",
    health: engine.dialect.health,
    requestTimeoutMs: launchConfig.requestTimeoutMs,
    signal,
    onAsking: () => log.phases.enter("ready"),
  });
  let end: Readiness;
  try {
    const { readyTimeoutMs } = launchConfig;
    // Nothing is seen of its progress, so only the whole wait is limited.
    end = await untilReady(look, { clock, signal, readyTimeoutMs, stallTimeoutMs: Infinity, lastProgressMs: () => log.lastProgressMs() });
  } catch (error) {
    if (signal.aborted) return { state: "cancelled", ...ended() };
    throw error;
  }
  if (end.state !== "ready") return { state: "failed", failure: failureOf(end, { phase: log.phases.current(), logTail: [] }), ...ended() };
  log.phases.enter("serving");
  const endpoint = endpointOf(base, end.model, request);
  return {
    state: "ready",
    server: {
      ...told,
      endpoint,
      readyAfterMs: log.sinceLaunch(),
      phases: () => log.phases.spans(),
      lines: () => [],
      printed: () => [],
      serverInfo: () => serverInfo(endpoint, signal),
      owns: async () => undefined,
      keepApart: async () => undefined,
      died: new Promise<never>(() => undefined),
      stop: async () => ended().stop,
    },
  };
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && (/^127(?:\.\d+){3}$/.test(hostname) || hostname === "localhost" || hostname === "[::1]");
}
