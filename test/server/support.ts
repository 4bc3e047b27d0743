import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../../src/engines/index.ts";
import type { Context, Phase } from "../../src/model/index.ts";
import { startServer } from "../../src/server/index.ts";
import type { RunningServer, StartRequest, Started } from "../../src/server/index.ts";

export const OPENAI = resolve(import.meta.dirname, "../bin/openai.mjs");

/** An engine with two markers and one fatal line. */
export const engine: Engine = {
  id: "command",
  title: "test",
  program: [],
  launch: () => ({ argv: [], env: {} }),
  version: undefined,
  servedAs: "name-flag",
  prefix: /^\(\w+ pid=\d+\) /,
  markers: [
    { phase: "weights", patterns: [/^loading weights/] },
    { phase: "http", patterns: [/^listening/] },
  ],
  fatal: [/^FATAL: /],
  dialect: {
    tokenPrompts: false,
    ignoreEos: false,
    streamOptions: true,
    logprobs: false,
    health: true,
    metrics: false,
    serverInfo: "/server_info",
  },
};

export function context(signal = new AbortController().signal, env = process.env): Context {
  return {
    clock: {
      now: () => performance.now(),
      timestamp: () => new Date().toISOString(),
      sleep: (ms, stop) => sleep(ms, undefined, stop === undefined ? {} : { signal: stop }),
    },
    signal,
    emit: () => undefined,
    workDir: tmpdir(),
    env,
  };
}

export interface Wish extends Partial<Omit<StartRequest, "planned" | "launchConfig">> {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly model?: string;
  readonly limits?: Partial<StartRequest["launchConfig"]>;
}

/** A request to start `openai.mjs` with these words. */
export function aRequest(words: readonly string[], wish: Wish = {}): StartRequest {
  const { argv, env, model, limits, ...rest } = wish;
  const dir = mkdtempSync(join(tmpdir(), "servegate-test-"));
  return {
    planned: {
      cell: { id: "command/default", engine: "command", axes: {}, fingerprint: "0123456789abcdef" },
      launch: { argv: argv ?? [process.execPath, OPENAI, "{port}", "{name}", ...words], env: env ?? {}, model: model ?? "org/model" },
      proofs: [],
      notes: [],
    },
    engine,
    launchConfig: {
      args: [],
      env: {},
      command: undefined,
      url: undefined,
      readyTimeoutMs: 60_000,
      stallTimeoutMs: 60_000,
      requestTimeoutMs: 30_000,
      ...limits,
    },
    launchNumber: 1,
    dir,
    runId: "test",
    ledgerDir: join(dir, "ledger"),
    secrets: [],
    onPhase: () => undefined,
    fatal: () => false,
    ...rest,
  };
}

const running: RunningServer[] = [];

/** Starts, and remembers what must be stopped after the test. */
export async function start(request: StartRequest, world: Context = context()): Promise<Started> {
  const started = await startServer(request, world);
  if (started.state === "ready") running.push(started.server);
  return started;
}

export async function ready(words: readonly string[], wish: Wish = {}): Promise<RunningServer> {
  const started = await start(aRequest(words, wish));
  if (started.state !== "ready") throw new Error(JSON.stringify(started));
  return started.server;
}

export async function failed(words: readonly string[], wish: Wish = {}): Promise<Extract<Started, { state: "failed" }>> {
  const started = await start(aRequest(words, wish));
  if (started.state !== "failed") throw new Error(`it is ${started.state}`);
  return started;
}

export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.stop()));
}

/** A sink for phases. */
export function phaseList(): { readonly seen: Phase[]; readonly onPhase: (phase: Phase) => void } {
  const seen: Phase[] = [];
  return { seen, onPhase: (phase) => void seen.push(phase) };
}
