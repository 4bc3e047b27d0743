import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptied, killCgroup } from "./cgroup.ts";
import { labelOf, removeContainers } from "./container.ts";
import type { Removed } from "./container.ts";
import type { Isolation } from "./isolation.ts";
import { bearing, isLimitMark } from "./limit-mark.ts";
import type { LimitMark } from "./limit-mark.ts";
import { bootId, carries, lives, processEntry } from "./processes.ts";
import type { ProcessEntry } from "./processes.ts";
import { watchSharedMemory } from "./shared-memory.ts";
import { reap } from "./reap.ts";

/** What the next run needs to know about a server if we cannot tell it: one file per server, gone after a clean stop. */
export interface LedgerEntry {
  readonly runId: string;
  readonly bootId: string;
  /** Us. While this process lives the server is its business. */
  readonly owner: { readonly pid: number; readonly startTicks: number };
  /** `SERVEGATE_RUN=<run>-<random>`: in the environment of every process of this server and of no other. */
  readonly marker: string;
  readonly isolation: Isolation;
  readonly ports: readonly number[];
  /** The control group that holds the server. */
  readonly group?: string;
  /** The container that it runs in, and the client that knows it. */
  readonly container?: { readonly program: string; readonly name: string };
  /** The server's first process; absent in the moment before it is started. */
  readonly pid?: number;
  readonly startTicks?: number;
  /** What its first process writes to, in the tier `tracked`. */
  readonly outputs?: readonly string[];
  /** What every process of this server bears as its limit for file locks, and no other does. */
  readonly limit?: LimitMark;
  /** Ids of what was in shared memory before it, where it shares that with the machine. */
  readonly sharedMemory?: readonly string[];
}

/** What had to be done about one entry. */
export interface Swept {
  readonly runId: string;
  readonly file: string;
  /** Processes that were killed. */
  readonly killed: readonly { readonly pid: number; readonly name: string }[];
  /** Containers that were removed, by id. */
  readonly containers: readonly string[];
  /** Shared memory that was removed, in words. */
  readonly segments: readonly string[];
  /** What could not be cleared away, in words; its entry is kept for the next sweep. */
  readonly leftovers: readonly string[];
  /** All of it in one sentence. */
  readonly description: string;
}

/** Writes the entry, whole or not at all. Throws when the folder cannot be written. */
export function enter(file: string, entry: LedgerEntry): void {
  try {
    // writeFileSync loops over short writes and throws on a full disk.
    writeFileSync(`${file}.new`, `${JSON.stringify(entry)}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    leave(`${file}.new`);
    throw error;
  }
}

/** Takes an entry out. One that cannot be removed harms nobody: the next start finds nothing of its server and tries again. */
export function leave(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A file system that became read-only.
  }
}

/** Where the entry of the server with this mark lies. Makes the folder. */
export function entryFile(ledgerDir: string, serverId: string): string {
  mkdirSync(ledgerDir, { recursive: true });
  return join(ledgerDir, `${serverId.replaceAll(/[^\w.-]/g, "_")}.json`);
}

/** This process, as an owner of entries. */
export function ourselves(): LedgerEntry["owner"] {
  return { pid: process.pid, startTicks: processEntry(process.pid)?.startTicks ?? 0 };
}

/**
 * Reaps what dead runs left behind, and tells of each entry for which something had to be done. A process is killed only if it
 * carries the entry's mark in its environment or limits, or writes to the server's outputs; never by name, by port, or by pid alone. Entries of living owners are left alone, and entries of
 * another boot are only removed, since nothing survives a boot.
 */
export async function sweep(ledgerDir: string): Promise<Swept[]> {
  let names: string[];
  try {
    names = readdirSync(ledgerDir).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  const swept: Swept[] = [];
  for (const name of names.sort()) {
    const done = await sweepOne(join(ledgerDir, name));
    if ([done.killed, done.containers, done.segments, done.leftovers].some((list) => list.length > 0)) swept.push(done);
  }
  return swept;
}

async function sweepOne(file: string): Promise<Swept> {
  const entry = readEntry(file);
  if (entry === undefined) return told("?", file, [], [`${file} is not a ledger entry`]);
  if (entry.bootId === bootId() && lives(entry.owner)) return told(entry.runId, file, [], []);
  // Docker starts some containers again after a boot.
  const gone =
    entry.container === undefined
      ? NO_CONTAINER
      : await removeContainers(entry.container.program, labelOf(entry.container.name), process.env);
  if (entry.bootId !== bootId()) {
    if (gone.leftovers.length === 0) leave(file);
    return told(entry.runId, file, [], gone.leftovers, gone.removed);
  }
  const first = await firstProcess(entry);
  // Much may have appeared since, of other runs too: only what is seen to be held by this server's processes is its own.
  const sharedMemory = entry.sharedMemory === undefined ? undefined : watchSharedMemory(entry.sharedMemory, { byName: false });
  if (entry.limit !== undefined) sharedMemory?.note(bearing(entry.limit, entry.owner.startTicks).map(({ pid }) => pid));
  if (entry.group !== undefined) killCgroup(entry.group);
  const reaped = await reap(entry, first, (pids) => sharedMemory?.note(pids));
  const full = entry.group !== undefined && !(await emptied(entry.group));
  const { killed } = reaped;
  const stuck = full ? [`control group ${entry.group} cannot be emptied`] : [];
  const cleared = await sharedMemory?.clear();
  const leftovers = [...reaped.leftovers, ...stuck, ...gone.leftovers, ...(cleared?.leftovers ?? [])];
  if (leftovers.length === 0) leave(file);
  return told(entry.runId, file, killed, leftovers, gone.removed, cleared?.removed);
}

const NO_CONTAINER: Removed = { removed: [], leftovers: [] };

function told(
  runId: string,
  file: string,
  killed: Swept["killed"],
  leftovers: readonly string[],
  containers: readonly string[] = [],
  segments: readonly string[] = [],
): Swept {
  const processes = killed.map(({ pid, name }) => `${name} (${pid})`).join(", ");
  const done = [
    ...(killed.length === 0 ? [] : [`killed ${processes}`]),
    ...(containers.length === 0 ? [] : [`removed the container ${containers.join(", ")}`]),
    ...(segments.length === 0 ? [] : [`removed ${segments.join(", ")}`]),
  ];
  return { runId, file, killed, containers, segments, leftovers, description: `run ${runId}: ${[...done, ...leftovers].join("; ")}` };
}

async function firstProcess(entry: LedgerEntry): Promise<ProcessEntry[]> {
  const now = entry.pid === undefined ? undefined : processEntry(entry.pid);
  if (now === undefined || now.startTicks !== entry.startTicks) return [];
  return (await carries(now.pid, entry.marker)) ? [now] : [];
}

function readEntry(file: string): LedgerEntry | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, "utf8")) as Partial<LedgerEntry>;
    // A mark without its random part would name processes that are not ours.
    const whole = /^SERVEGATE_RUN=.+-[0-9a-f]{16}$/.test(entry.marker ?? "") && typeof entry.bootId === "string";
    const named = entry.container === undefined || /^servegate-[\w.-]+$/.test(entry.container.name);
    const limited = entry.limit === undefined || isLimitMark(entry.limit);
    return whole && named && limited && typeof entry.owner?.pid === "number" ? (entry as LedgerEntry) : undefined;
  } catch {
    return undefined;
  }
}
