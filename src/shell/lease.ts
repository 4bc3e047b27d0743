import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context, Milliseconds } from "../model/index.ts";
import { leave } from "./ledger.ts";
import { tryLock, type Lock } from "./lock.ts";
import { bootId, lives, processEntry } from "./processes.ts";

export interface LeaseRequest {
  /** Folder that everybody who leases shares. */
  readonly folder: string;
  /** What may be taken, such as UUIDs of GPUs. */
  readonly names: readonly string[];
  /** How many of them are needed. */
  readonly count: number;
  readonly waitMs: Milliseconds;
  /** Who we are, for those who wait: run, repository, job. */
  readonly who: string;
  /** Called with one sentence when waiting begins, and when the holder changes. */
  readonly onWait?: (text: string) => void;
}

/** Held until `release` or our death. */
export interface Lease {
  /** What was taken, in order. */
  readonly names: readonly string[];
  /** Every lock is still held; false when somebody killed what holds one. */
  held(): boolean;
  release(): Promise<void>;
}

const RETRY_MS = 500;

/**
 * Takes `count` of the names, all or none, and waits at most `waitMs` for others to give them back. Nobody waits while holding
 * anything, so no two can wait for each other. Rejects with the signal's reason when the run is cancelled.
 */
export async function lease(
  request: LeaseRequest,
  { clock, signal, env }: Pick<Context, "clock" | "signal" | "env">,
): Promise<Lease | { readonly problem: string }> {
  const until = clock.now() + request.waitMs;
  let told = "";
  for (;;) {
    signal.throwIfAborted();
    const taken = await takeAll(request.names, request.count, (name) => lockOne(request.folder, name, env["PATH"] ?? "/usr/bin:/bin"));
    if (taken.state === "problem") return { problem: taken.problem };
    if (taken.state === "all") return leaseOf(request, taken.locks);
    const waiting = `waiting for ${request.count} of ${request.names.length} GPUs; ${holders(request.folder, taken.missed)}`;
    if (clock.now() >= until) return { problem: `no lease within ${Math.round(request.waitMs / 1000)} s: ${waiting}` };
    if (waiting !== told) request.onWait?.((told = waiting));
    await clock.sleep(Math.min(RETRY_MS * (0.5 + Math.random()), Math.max(1, until - clock.now())), signal);
  }
}

/** A lock as `takeAll` needs it. */
type Takeable = Pick<Lock, "release">;

export type Taken<L extends Takeable> =
  | { readonly state: "all"; readonly locks: ReadonlyMap<string, L> }
  | { readonly state: "missed"; readonly missed: readonly string[] }
  | { readonly state: "problem"; readonly problem: string };

/** One try for `count` of the names in a fixed order; whatever was taken is given back when they are not enough. */
export async function takeAll<L extends Takeable>(
  names: readonly string[],
  count: number,
  tryOne: (name: string) => Promise<L | "taken" | { readonly problem: string }>,
): Promise<Taken<L>> {
  const locks = new Map<string, L>();
  const missed: string[] = [];
  let problem: string | undefined;
  for (const name of [...names].sort()) {
    if (locks.size === count || names.length - missed.length < count) break;
    const one = await tryOne(name);
    if (one === "taken") missed.push(name);
    else if ("problem" in one) {
      problem = one.problem;
      break;
    } else locks.set(name, one);
  }
  if (locks.size === count) return { state: "all", locks };
  for (const lock of locks.values()) await lock.release();
  return problem === undefined ? { state: "missed", missed } : { state: "problem", problem };
}

async function lockOne(folder: string, name: string, path: string): Promise<Lock | "taken" | { readonly problem: string }> {
  const place = placeOf(folder, name);
  try {
    // Other users lease too; the folders hold nothing but notes.
    for (const dir of [folder, place]) if (mkdirSync(dir, { recursive: true }) !== undefined) chmodSync(dir, 0o777);
  } catch (error) {
    return { problem: `${place} cannot be made: ${error instanceof Error ? error.message : String(error)}` };
  }
  return tryLock(place, path);
}

function leaseOf({ folder, who }: LeaseRequest, locks: ReadonlyMap<string, Lock>): Lease {
  const names = [...locks.keys()];
  for (const name of names) note(placeOf(folder, name), who);
  return {
    names,
    held: () => [...locks.values()].every((lock) => lock.held()),
    async release() {
      for (const [name, lock] of locks) {
        // While it is still ours: the next holder writes its own.
        if (lock.held()) leave(join(placeOf(folder, name), NOTE));
        await lock.release();
      }
    },
  };
}

const NOTE = "holder.json";

interface Holder {
  readonly who: string;
  readonly bootId: string;
  readonly pid: number;
  readonly startTicks: number;
  readonly since: string;
}

/** For people only; what counts is the lock. So a note that cannot be written is no reason to stop. */
function note(place: string, who: string): void {
  const startTicks = processEntry(process.pid)?.startTicks ?? 0;
  const holder: Holder = { who, bootId: bootId(), pid: process.pid, startTicks, since: new Date().toISOString() };
  const file = join(place, `${NOTE}.${process.pid}`);
  try {
    writeFileSync(file, `${JSON.stringify(holder)}\n`);
    renameSync(file, join(place, NOTE));
  } catch {
    leave(file);
  }
}

function holders(folder: string, names: readonly string[]): string {
  const told = names.map((name) => `${name} is held by ${holderOf(placeOf(folder, name))}`);
  return told.join(", ");
}

/** A note that outlived its writer is not believed. */
function holderOf(place: string): string {
  try {
    const holder = JSON.parse(readFileSync(join(place, NOTE), "utf8")) as Holder;
    if (holder.bootId === bootId() && lives(holder)) return `${holder.who} (pid ${holder.pid}, since ${holder.since})`;
  } catch {
    // No note, or half of one.
  }
  return "somebody unknown, perhaps in another container";
}

function placeOf(folder: string, name: string): string {
  return join(folder, name.replaceAll(/[^\w.-]/g, "_"));
}
