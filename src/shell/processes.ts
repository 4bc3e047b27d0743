import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** One row of `/proc`. A pid alone names nobody, because pids are used again; pid and start together do, within one boot. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** One letter as in proc(5): `R`, `S`, `D`, `Z`… */
  readonly state: string;
  /** Clock ticks after boot, field 22 of `/proc/PID/stat`. */
  readonly startTicks: number;
  /** At most 15 characters, as the process calls itself. */
  readonly name: string;
}

/** All processes visible from here; empty where there is no `/proc`. */
export function processTable(): ProcessEntry[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names.flatMap((name) => (/^\d+$/.test(name) ? (processEntry(Number(name)) ?? []) : []));
}

/** The process with this pid, or undefined when there is none (any more). */
export function processEntry(pid: number): ProcessEntry | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

/** Reads one `/proc/PID/stat` line. The name may hold blanks and parentheses, so fields are counted from the last `)`. */
export function parseStat(line: string): ProcessEntry | undefined {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const rest = line.slice(close + 2).split(" ");
  const numbers = [line.slice(0, open), rest[1], rest[2], rest[3], rest[19]].map((text) => Number.parseInt(text ?? "", 10));
  const [pid, parent, group, session, startTicks] = numbers;
  if (pid === undefined || parent === undefined || group === undefined || session === undefined || startTicks === undefined)
    return undefined;
  if (numbers.some(Number.isNaN) || rest[0] === undefined) return undefined;
  return { pid, parent, group, session, state: rest[0], startTicks, name: line.slice(open + 1, close) };
}

/** Every process below `pid` in the table; children that were adopted by somebody else are no longer among them. */
export function descendants(pid: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const children = Map.groupBy(table, (entry) => entry.parent);
  const below = (parent: number): ProcessEntry[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** True while exactly this process lives; a zombie is dead, it only waits to be reaped. */
export function lives(who: { readonly pid: number; readonly startTicks: number }): boolean {
  const now = processEntry(who.pid);
  return now !== undefined && now.startTicks === who.startTicks && now.state !== "Z" && now.state !== "X";
}

/** SIGKILL to exactly this process; a pid that was used again is left alone. */
export function killExactly(who: { readonly pid: number; readonly startTicks: number }): void {
  if (who.pid === process.pid || !lives(who)) return;
  try {
    process.kill(who.pid, "SIGKILL");
  } catch {
    // Gone meanwhile, or not ours to signal: the next look tells.
  }
}

/**
 * Processes of ours whose environment holds `marker` (`NAME=value`), found through `/proc/PID/environ`. Processes we may not read
 * are skipped. A program that rewrites its title can wipe its environment with it; `SPT_NOENV=1` keeps py-setproctitle from that.
 */
export async function marked(marker: string): Promise<ProcessEntry[]> {
  const table = processTable().filter((entry) => entry.pid !== process.pid && entry.state !== "Z");
  const found: ProcessEntry[] = [];
  const queue = table.values();
  // A few at a time: a process stuck in the kernel can block the reader of its environment.
  const reader = async (): Promise<void> => {
    for (const entry of queue) if (await carries(entry.pid, marker)) found.push(entry);
  };
  await Promise.all([reader(), reader(), reader(), reader()]);
  return found;
}

/** True when the process's environment holds exactly `marker`. */
export async function carries(pid: number, marker: string): Promise<boolean> {
  const environment = await environOf(pid);
  return environment !== undefined && `\0${environment}`.includes(`\0${marker}\0`);
}

async function environOf(pid: number): Promise<string | undefined> {
  const text = readFile(`/proc/${pid}/environ`, "latin1").catch(() => undefined);
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), 2000).unref();
  });
  return Promise.race([text, late]);
}

/**
 * What a process writes to as its first two outputs, such as `socket:[81234]`. Whoever inherited them from a server shows the same, also
 * after it wiped its environment and left its session.
 */
export function outputsOf(pid: number): string[] {
  return [1, 2].flatMap((fd) => {
    try {
      const link = readlinkSync(`/proc/${pid}/fd/${fd}`);
      // A file or a terminal is shared with others; a pipe or socket that we made is not.
      return /^(?:pipe|socket):\[\d+\]$/.test(link) ? [link] : [];
    } catch {
      return [];
    }
  });
}

/** Processes that write to one of `outputs` and are no older than `sinceTicks`. */
export function writingTo(outputs: readonly string[], sinceTicks: number): ProcessEntry[] {
  if (outputs.length === 0) return [];
  const young = processTable().filter((entry) => entry.pid !== process.pid && entry.startTicks >= sinceTicks && entry.state !== "Z");
  return young.filter(({ pid }) => outputsOf(pid).some((link) => outputs.includes(link)));
}

/** Identity of this boot; start ticks mean nothing across boots. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
