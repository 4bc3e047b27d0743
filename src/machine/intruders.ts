import type { Milliseconds } from "../model/index.ts";
import type { ComputeApp } from "./nvidia-smi.ts";
import { gibibytes } from "./row.ts";

/** Whether a process is of the server that is measured; undefined where no such process can be seen from here. */
export type Owns = (pid: number) => Promise<boolean | undefined>;

/** A process of somebody else on a GPU that is being measured. */
export interface Intruder {
  /** `on GPU-…: python3 (pid 4711, 2.0 GiB)`. */
  readonly text: string;
  /** False where its pid names no process here: it may be in another container, or ours as another pid namespace calls it. */
  readonly certain: boolean;
}

interface Seen {
  readonly intruder: Intruder;
  /** From the last look that did not see it. */
  readonly fromMs: Milliseconds;
  toMs: Milliseconds;
}

/**
 * Remembers who else used the GPUs. Nobody did before the server was started, so what cannot be seen from here at the first look is the
 * server's own, whose pids another namespace counts differently; what comes later and cannot be seen is doubtful.
 */
export function intruders(uuids: readonly string[], owns: Owns) {
  const seen = new Map<string, Seen>();
  const ours = new Set<string>();
  let lastMs: Milliseconds | undefined;
  return {
    async look(apps: readonly ComputeApp[], atMs: Milliseconds): Promise<void> {
      for (const app of apps.filter(({ gpu }) => uuids.includes(gpu))) {
        const key = `${app.gpu}/${app.pid}`;
        const known = seen.get(key);
        if (known !== undefined) known.toMs = atMs;
        if (known !== undefined || ours.has(key)) continue;
        const owned = await owns(app.pid);
        if (owned === true || (owned === undefined && lastMs === undefined)) ours.add(key);
        else seen.set(key, { intruder: { text: inWords(app), certain: owned === false }, fromMs: lastMs ?? atMs, toMs: atMs });
      }
      lastMs = atMs;
    },
    /** Those seen between the two moments, or for whom that cannot be ruled out. */
    between: (fromMs: Milliseconds, toMs: Milliseconds): Intruder[] =>
      [...seen.values()].filter((one) => one.fromMs <= toMs && one.toMs >= fromMs).map(({ intruder }) => intruder),
  };
}

function inWords({ gpu, name, pid, memoryBytes }: ComputeApp): string {
  return `on ${gpu}: ${name} (pid ${pid}, ${memoryBytes === undefined ? "memory unknown" : gibibytes(memoryBytes)})`;
}
