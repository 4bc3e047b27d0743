import { setTimeout as sleep } from "node:timers/promises";
import type { Milliseconds, StopReport } from "../model/index.ts";
import { emptied, killCgroup } from "./cgroup.ts";
import type { Container } from "./container.ts";
import type { Isolation } from "./isolation.ts";
import type { Output } from "./output.ts";
import { bearing } from "./limit-mark.ts";
import { descendants, processTable } from "./processes.ts";
import type { ProcessEntry } from "./processes.ts";
import { reap } from "./reap.ts";
import type { Traces } from "./reap.ts";
import type { SharedMemory } from "./shared-memory.ts";

/** What the ladder needs to know about a running server. */
export interface Stoppable {
  readonly pid: number;
  readonly isolation: Isolation;
  readonly traces: Traces;
  readonly exited: Promise<unknown>;
  readonly output: Output;
  /** The control group that holds all of it, in that tier. */
  readonly group: string | undefined;
  readonly container?: Container | undefined;
  /** Watched where the server shares it with the machine. */
  readonly sharedMemory?: SharedMemory | undefined;
  alive(): boolean;
  /** Processes of the server's session, noted when its first process ended. */
  orphans(): readonly ProcessEntry[];
  afterwards(clean: boolean): Promise<void>;
}

/** Time for the last output to be read once every process is gone. */
const DRAIN_MS = 1000;
/** Time for a SIGKILLed first process to be reaped. */
const REAP_MS = 5000;

/**
 * The stop ladder: SIGTERM to the first process only (a second one hits vLLM's EngineCore in the middle of its own clean-up),
 * the grace, SIGKILL to all, a sweep by mark, and a look that nobody is left. The order is systemd's `KillMode=mixed`.
 */
export function stopLadder(server: Stoppable): (options: { readonly graceMs: Milliseconds }) => Promise<StopReport> {
  let report: Promise<StopReport> | undefined;
  // A second call may be in more of a hurry than the first: a cancelled run does not wait out the grace.
  let hurry = (): void => undefined;
  return ({ graceMs }) => {
    if (report === undefined) {
      const impatience = new Promise<void>((resolve) => {
        hurry = resolve;
      });
      report = climb(server, graceMs, impatience);
    } else {
      setTimeout(() => hurry(), graceMs).unref();
    }
    return report;
  };
}

async function climb(server: Stoppable, graceMs: Milliseconds, impatience: Promise<void>): Promise<StopReport> {
  const started = performance.now();
  // Before anything dies: orphans are adopted by others and can no longer be found from here.
  const known = descendants(server.pid, processTable());
  const { limit, startTicks } = server.traces;
  const hidden = limit === undefined ? [] : bearing(limit, startTicks ?? 0);
  server.sharedMemory?.note([server.pid, ...known.map(({ pid }) => pid), ...hidden.map(({ pid }) => pid)]);
  let how: StopReport["how"] = "already-gone";
  if (server.alive()) {
    how = "graceful";
    const refused = askToEnd(server, graceMs);
    await Promise.race([server.exited, patience(graceMs), impatience, refused]);
    if (server.alive()) {
      how = "killed";
      await server.container?.kill();
      for (const other of descendants(server.pid, processTable())) if (!known.some(({ pid }) => pid === other.pid)) known.push(other);
      killGroup(server.pid);
      if (server.group !== undefined) killCgroup(server.group);
      await Promise.race([server.exited, patience(REAP_MS)]);
    }
  }
  if (server.group !== undefined) killCgroup(server.group);
  const reaped = await reap(server.traces, [...known, ...server.orphans()], (pids) => server.sharedMemory?.note(pids));
  const removed = await server.container?.remove();
  const leftovers = [...reaped.leftovers, ...(removed?.leftovers ?? [])];
  if (server.group !== undefined && !(await emptied(server.group))) leftovers.push(`control group ${server.group} cannot be emptied`);
  const shared = await server.sharedMemory?.clear();
  leftovers.push(...(shared?.leftovers ?? []));
  const all = server.alive() ? [...leftovers, `the server's first process ${server.pid} did not end`] : leftovers;
  await Promise.race([server.output.drained, patience(DRAIN_MS)]);
  server.output.giveUp();
  await server.output.drained;
  await server.afterwards(all.length === 0);
  const told = [
    ...(shared?.removed ?? []).map((text) => `removed ${text}`),
    ...(shared?.doubtful ?? []).map((text) => `${text} appeared meanwhile, is held by nobody that can be seen, and was left`),
  ];
  const tookMs = Math.round(performance.now() - started);
  return { tookMs, how, leftovers: all, ...(told.length === 0 ? {} : { sharedMemory: told }) };
}

/** Resolves when it cannot be asked, so that nobody waits for an answer. */
async function askToEnd(server: Stoppable, graceMs: Milliseconds): Promise<void> {
  if (server.container === undefined) terminate(server);
  if (server.container === undefined || (await server.container.stop(graceMs))) await server.exited;
}

/** In `sealed` the first process is `unshare`, which is deaf; its child is the shell that passes the signal on. */
function terminate(server: Stoppable): void {
  const inner = server.isolation === "sealed" ? processTable().find((entry) => entry.parent === server.pid)?.pid : undefined;
  signal(inner ?? server.pid, "SIGTERM");
}

/** Only while the first process is not reaped: then its number still names its group and nothing else. */
function killGroup(pid: number): void {
  const inner = processTable().filter((entry) => entry.parent === pid);
  // In `sealed` this is the namespace's first process: with it the kernel takes all the others.
  for (const entry of inner) signal(entry.pid, "SIGKILL");
  signal(-pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

/** Does not keep us running: what is waited for beside it does. */
function patience(ms: Milliseconds): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}
