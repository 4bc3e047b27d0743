import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { ask } from "./ask.ts";
import { processTable } from "./processes.ts";
import type { ProcessEntry } from "./processes.ts";

/**
 * A mark that a process cannot shed by wiping its environment, leaving its session and closing its outputs: a value of its resource
 * limit for file locks (RLIMIT_LOCKS), soft and hard. The kernel has ignored that limit since Linux 2.4.25 (getrlimit(2)); it is inherited over
 * fork and exec, set-user-ID programs included; `/proc/PID/limits` shows it to everybody, also of a process that is not dumpable; and
 * only CAP_SYS_RESOURCE in the first user namespace raises a hard limit again. Who knows of it can lower it, which leaves the mark.
 */
export type LimitMark = number;

/** No person writes such a number: limits that people set are small, or none. Exact in a double. */
const LEAST = 2 ** 40;
const PROBE_MS = 10_000;

/** A value for one launch; not above our own limit, where somebody has set one (a run within a run), since it could not be set then. */
export function newLimitMark(): LimitMark {
  const own = Number(/^Max file locks +\S+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1] ?? Infinity);
  return LEAST + randomInt(Math.max(1, Math.min(own - LEAST, 2 ** 48 - 1)));
}

export function isLimitMark(value: unknown): value is LimitMark {
  return Number.isSafeInteger(value) && typeof value === "number" && value >= LEAST;
}

/** Sets the limit before the program takes the process over; its pid stays. */
export function withLimit(mark: LimitMark): (argv: readonly string[]) => string[] {
  return (argv) => ["prlimit", `--locks=${mark}:${mark}`, ...argv];
}

/** Why such a mark cannot be set or seen here, or undefined where it can. */
export async function limitProblem(): Promise<string | undefined> {
  const mark = newLimitMark();
  const answer = await ask(withLimit(mark)(["cat", "/proc/self/limits"]), { timeoutMs: PROBE_MS });
  if (answer.ok && shows(answer.stdout, mark)) return undefined;
  if (answer.missing) return "there is no prlimit";
  const said = answer.stderr.trim().split("\n")[0] ?? "";
  return said === "" ? "prlimit does not set the limit" : said;
}

/** True when the process's limit for file locks is exactly the mark. */
export function bears(pid: number, mark: LimitMark): boolean {
  try {
    return shows(readFileSync(`/proc/${pid}/limits`, "latin1"), mark);
  } catch {
    return false;
  }
}

/** Live processes that bear the mark and are no older than `sinceTicks`. */
export function bearing(mark: LimitMark, sinceTicks: number): ProcessEntry[] {
  return processTable().filter(
    ({ pid, startTicks, state }) => pid !== process.pid && startTicks >= sinceTicks && state !== "Z" && bears(pid, mark),
  );
}

function shows(limits: string, mark: LimitMark): boolean {
  return new RegExp(`^Max file locks +${mark} +${mark} `, "m").test(limits);
}
