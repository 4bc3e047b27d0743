import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { constants } from "node:os";
import { dirname } from "node:path";
import { execa } from "execa";
import type { Milliseconds, StopReport } from "../model/index.ts";
import { serverEnvironment } from "./environment.ts";
import { startGuardian } from "./guardian.ts";
import { chooseIsolation } from "./isolation.ts";
import { emptied, makeCgroup } from "./cgroup.ts";
import { containerOf } from "./container.ts";
import type { Isolation, IsolationWish } from "./isolation.ts";
import { enter, entryFile, leave, ourselves } from "./ledger.ts";
import { openLog } from "./log-file.ts";
import { carry } from "./output.ts";
import { isOf } from "./owner.ts";
import { bootId, outputsOf, processEntry, processTable } from "./processes.ts";
import type { ProcessEntry } from "./processes.ts";
import { findProgram } from "./program.ts";
import { watchSharedMemory } from "./shared-memory.ts";
import { stopLadder } from "./stop.ts";

export interface ServeOptions {
  readonly runId: string;
  readonly ledgerDir: string;
  /** Where the server's output goes; its folder is made. */
  readonly logFile: string;
  /** Size the log may reach on disk, default 256 MiB: half for its beginning, half for its end. */
  readonly logCapBytes?: number;
  /** Our own environment; an allow-list decides what the server inherits. */
  readonly inherit: Readonly<Record<string, string | undefined>>;
  /** The launch's own variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What the configuration demands of the isolation. */
  readonly isolation?: IsolationWish;
  /** Name of the container that the argv runs; it is stopped by docker, and its label `servegate.server` finds it. */
  readonly container?: string;
  /** Ports the server will listen on, for the ledger. */
  readonly ports?: readonly number[];
  /** Texts that must reach neither the log nor `onLine`. */
  readonly secrets?: readonly string[];
  /** Each line of output, colour included, at most 64 KiB. */
  readonly onLine?: (line: string) => void;
}

/** How a process ended: one of the two is set. */
export interface Exit {
  readonly exitCode?: number;
  readonly signal?: string;
}

/** A server that was started. It never outlives us: see `stop`, the guardian, and `sweep`. */
export interface Serving {
  readonly pid: number;
  /** `performance.now()` at the start. */
  readonly startedAtMs: Milliseconds;
  readonly isolation: Isolation;
  /** In the environment of every process of this server. */
  readonly marker: string;
  /** Resolves when the server's first process ends; its children may live on until `stop`. */
  readonly exited: Promise<Exit>;
  /** Resolves when all output was read and is on disk. */
  readonly drained: Promise<void>;
  alive(): boolean;
  /** Whether the process with this pid is of this server; undefined where no such process can be seen from here. */
  owns(pid: number): Promise<boolean | undefined>;
  /** Stops it and everything it started, and tells what was left. Calling again gives the same report. */
  stop(options: { readonly graceMs: Milliseconds }): Promise<StopReport>;
}

const LOG_CAP_BYTES = 256 * 1024 * 1024;

/** Starts a server in the strongest isolation that works here. A program that cannot be started is an answer, not an exception. */
export async function serve(argv: readonly string[], options: ServeOptions): Promise<Serving | { readonly spawnError: string }> {
  const serverId = `${options.runId}-${randomBytes(8).toString("hex")}`;
  const marker = `SERVEGATE_RUN=${serverId}`;
  const env = serverEnvironment(options.inherit, options.env, marker, argv);
  const program = findProgram(argv[0] ?? "", env["PATH"] ?? "", options.cwd ?? process.cwd());
  if ("problem" in program) return { spawnError: program.problem };
  const isolation = await chooseIsolation(options.inherit, options.isolation);
  if (!isolation.ok) return { spawnError: isolation.reason };
  const container = options.container === undefined ? undefined : containerOf(program.path, options.container, env);

  const { wrap, group, limit } = isolation.wrapping(serverId);
  // In the other tiers it is the server's own and vanishes with it.
  const shares = isolation.tier === "tracked" || isolation.tier === "cgroup";
  const sharedMemory = shares ? watchSharedMemory() : undefined;
  const entry = {
    runId: options.runId,
    bootId: bootId(),
    owner: ourselves(),
    marker,
    isolation: isolation.tier,
    ports: options.ports ?? [],
    ...(group === undefined ? {} : { group }),
    ...(limit === undefined ? {} : { limit }),
    ...(sharedMemory === undefined ? {} : { sharedMemory: sharedMemory.before }),
    ...(container === undefined ? {} : { container: { program: container.program, name: container.name } }),
  };
  const onLine = options.onLine ?? ((): void => undefined);
  let file: string | undefined;
  let log;
  try {
    await mkdir(dirname(options.logFile), { recursive: true });
    log = await openLog(options.logFile, options.logCapBytes ?? LOG_CAP_BYTES, (why) =>
      onLine(`[servegate] output is missing from the log: ${why}`),
    );
    file = entryFile(options.ledgerDir, serverId);
    enter(file, entry);
    // After it is written down, so that no group is ever left unknown.
    if (group !== undefined) makeCgroup(group);
  } catch (error) {
    await log?.close();
    if (file !== undefined) leave(file);
    return { spawnError: `what a start must write down could not be written: ${messageOf(error)}` };
  }
  const guardian = startGuardian({ marker, group, limit }, env, container);

  const [wrapper = "", ...rest] = wrap([program.path, ...argv.slice(1)]);
  const startedAtMs = performance.now();
  // No buffer: execa would kill a server that logs 100 MB. No cleanup and no kill ladder of its own: both stop at the first process.
  const child = execa(wrapper, rest, {
    buffer: false,
    reject: false,
    cleanup: false,
    extendEnv: false,
    env,
    detached: true,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const { pid } = child;
  if (pid === undefined) {
    const result = await child;
    await Promise.all([log.close(), guardian.dismiss()]);
    if (group !== undefined) await emptied(group);
    leave(file);
    return { spawnError: result.shortMessage ?? `${wrapper} could not be started` };
  }
  const first: ProcessEntry | undefined = processEntry(pid);
  // The stronger tiers hold every process by themselves, and there the first one may be a wrapper that shares its outputs.
  const outputs = isolation.tier === "tracked" ? outputsOf(pid) : [];
  const { owner } = entry;
  const traces = {
    marker,
    outputs,
    owner,
    ...(limit === undefined ? {} : { limit }),
    ...(first === undefined ? {} : { startTicks: first.startTicks }),
  };
  if (first !== undefined) {
    guardian.watch(first, outputs);
    try {
      enter(file, { ...entry, ...traces, pid });
    } catch {
      // The entry from before the start stands, and its mark is enough to find the server.
    }
  }

  const output = carry([child.stdout, child.stderr], log, onLine, options.secrets ?? []);
  let ended = false;
  // Adopted children keep their session; once the first process is reaped its pid may be used again, so they are noted at once.
  let orphans: readonly ProcessEntry[] = [];
  // The promise of execa waits for the output too, which any grandchild can hold open; the process's own event does not.
  const exited = new Promise<Exit>((resolve) => {
    child.nodeChildProcess.once("exit", (exitCode, signal) => {
      ended = true;
      orphans = processTable().filter((other) => other.session === pid && other.startTicks >= (first?.startTicks ?? Infinity));
      resolve(exitOf(exitCode, signal, isolation.tier));
    });
  });
  const stop = stopLadder({
    pid,
    isolation: isolation.tier,
    traces,
    exited,
    output,
    alive: () => !ended,
    orphans: () => orphans,
    group,
    container,
    sharedMemory,
    async afterwards(clean) {
      await guardian.dismiss();
      if (clean) leave(file);
    },
  });
  const belongings = { pid, marker, outputs, group, limit, container, ownNamespace: isolation.tier === "sealed" };
  const owns = (other: number): Promise<boolean | undefined> => isOf(belongings, other);
  return { pid, startedAtMs, isolation: isolation.tier, marker, exited, drained: output.drained, alive: () => !ended, owns, stop };
}

/** Inside `sealed` a shell stands between, and before a container docker; both turn a death by signal 11 into exit code 139. */
function exitOf(exitCode: number | null, signal: string | null, tier: Isolation): Exit {
  if (signal !== null) return { signal };
  const number = (exitCode ?? 0) - 128;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if ((tier === "sealed" || tier === "container") && name !== undefined) return { signal: name };
  return exitCode === null ? {} : { exitCode };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
