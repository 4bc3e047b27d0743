import { readFileSync, readdirSync } from "node:fs";
import { ask } from "./ask.ts";
import { processTable } from "./processes.ts";

/** Which cores two programs may run on, as the kernel lists them: `0-3,8`. */
export interface CoresApart {
  readonly client: string;
  readonly server: string;
  /** Lets the threads run where they could before. */
  release(): Promise<void>;
}

const TIMEOUT_MS = 5_000;

/**
 * Keeps threads of ours off the cores of a server, where the server may not use all of ours: `taskset` or `numactl` in `launch.prefix`, or a
 * cpuset, has left some to us. Resolves to `undefined`, and moves nothing, where the two share every core, where a server's threads cannot be
 * seen, or where the threads cannot be moved. `owns` says whose a process is.
 */
export async function keepApart(
  owns: (pid: number) => Promise<boolean | undefined>,
  threads: readonly number[],
): Promise<CoresApart | undefined> {
  const servers = new Set<number>();
  for (const { pid } of processTable()) {
    if (pid === process.pid || (await owns(pid)) !== true) continue;
    for (const core of coresOf(pid)) servers.add(core);
  }
  const own = allowed(`/proc/${process.pid}/status`);
  const free = own.filter((core) => !servers.has(core));
  if (servers.size === 0 || free.length === 0 || free.length === own.length || threads.length === 0) return undefined;
  const before = threads.map((thread) => [thread, allowed(`/proc/self/task/${thread}/status`)] as const);
  const release = async (): Promise<void> => {
    for (const [thread, cores] of before) if (cores.length > 0) await move(thread, cores);
  };
  for (const thread of threads) {
    if (await move(thread, free)) continue;
    await release();
    return undefined;
  }
  return { client: coreList(free), server: coreList([...servers].toSorted((a, b) => a - b)), release };
}

async function move(thread: number, cores: readonly number[]): Promise<boolean> {
  const asked = await ask(["taskset", "-p", "-c", coreList(cores), String(thread)], { timeoutMs: TIMEOUT_MS });
  return asked.ok;
}

/** The cores of all threads of a process. */
function coresOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => allowed(`/proc/${pid}/task/${thread}/status`));
  } catch {
    return [];
  }
}

function allowed(path: string): number[] {
  try {
    return parseCores(/^Cpus_allowed_list:\s*(\S*)/m.exec(readFileSync(path, "latin1"))?.[1] ?? "");
  } catch {
    return [];
  }
}

/** `0-2,8` → 0, 1, 2, 8. What is no such list has no cores. */
export function parseCores(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (from === undefined) return [];
    return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, i) => Number(from) + i);
  });
}

/** 0, 1, 2, 8 → `0-2,8`; ascending. */
export function coreList(cores: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const core of cores) {
    const last = runs.at(-1);
    if (last !== undefined && core === last[1] + 1) last[1] = core;
    else runs.push([core, core]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
