import { bearing } from "./limit-mark.ts";
import type { LimitMark } from "./limit-mark.ts";
import { killExactly, lives, marked, writingTo } from "./processes.ts";
import type { ProcessEntry } from "./processes.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** What tells a process of one server from all others. */
export interface Traces {
  /** `SERVEGATE_RUN=…` in its environment. */
  readonly marker: string;
  /** The server's own outputs, and the start of its first process, in clock ticks after boot. */
  readonly outputs?: readonly string[];
  readonly startTicks?: number;
  /** What its processes bear as their limit for file locks. */
  readonly limit?: LimitMark;
  /** Us, who are older than any of them, in the moment before the first one is known. */
  readonly owner?: { readonly startTicks: number };
}

export interface Reaped {
  /** Processes that had to be killed. */
  readonly killed: readonly ProcessEntry[];
  /** Those that live on in spite of it, in words. */
  readonly leftovers: readonly string[];
}

/**
 * Kills every process that carries the mark, bears the limit or writes to the server's outputs, and each of `known`, and looks again until two
 * looks in a row find nobody: a process can fork between the look and the kill. Gives up after `limitMs`, naming who is left.
 */
export async function reap(
  { marker, outputs = [], startTicks, limit, owner }: Traces,
  known: readonly ProcessEntry[],
  /** Told of each that is found, before it is killed. */
  onFound: (pids: readonly number[]) => void = () => undefined,
  limitMs = 10_000,
): Promise<Reaped> {
  const deadline = performance.now() + limitMs;
  const killed = new Map<string, ProcessEntry>();
  let cleanLooks = 0;
  let left: ProcessEntry[] = [];
  while (cleanLooks < 2) {
    const carriers = [
      ...(await marked(marker)),
      ...(startTicks === undefined ? [] : writingTo(outputs, startTicks)),
      ...(limit === undefined ? [] : bearing(limit, startTicks ?? owner?.startTicks ?? 0)),
    ];
    left = [...carriers, ...known.filter((entry) => !carriers.some(({ pid }) => pid === entry.pid))].filter(lives);
    cleanLooks = left.length === 0 ? cleanLooks + 1 : 0;
    onFound(left.map(({ pid }) => pid));
    for (const entry of left) {
      killExactly(entry);
      killed.set(`${entry.pid}/${entry.startTicks}`, entry);
    }
    if (left.length > 0 && performance.now() > deadline) break;
    if (cleanLooks < 2) await sleep(left.length > 0 ? 25 : 5);
  }
  return { killed: [...killed.values()], leftovers: left.filter(lives).map(inWords) };
}

function inWords(entry: ProcessEntry): string {
  const stuck = entry.state === "D" ? ", stuck in the kernel (state D)" : "";
  return `process ${entry.pid} (${entry.name}) still lives after SIGKILL${stuck}`;
}
