import { setTimeout as sleep } from "node:timers/promises";
import type { Milliseconds } from "../model/index.ts";
import { ask } from "./ask.ts";

/** A container that docker runs for us. Its processes are the daemon's children: no signal of ours reaches them. */
export interface Container {
  /** Docker's client. */
  readonly program: string;
  readonly name: string;
  /** `servegate.server=NAME`, by which it is found even when its client died before it was made. */
  readonly label: string;
  /** The whole id that docker gave it, by which the control groups of its processes are named; undefined while there is none. */
  id(): Promise<string | undefined>;
  /** Asks for an end, as `docker stop` does; false when docker would not. The daemon kills it a little after the grace, should we not be there to do it. */
  stop(graceMs: Milliseconds): Promise<boolean>;
  kill(): Promise<boolean>;
  /** Removes whatever carries the label and says what could not be removed. */
  remove(): Promise<Removed>;
}

export interface Removed {
  /** Ids of what was still there. */
  readonly removed: readonly string[];
  readonly leftovers: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Docker answers in milliseconds, but while it ends eight GPUs' worth of processes it may take long. */
const ASK_MS = 30_000;
const REMOVE_MS = 20_000;

export function containerOf(program: string, name: string, env: Variables): Container {
  const label = labelOf(name);
  const tell = async (words: readonly string[], timeoutMs: Milliseconds): Promise<boolean> =>
    (await ask([program, ...words], { timeoutMs, env })).ok;
  let known: string | undefined;
  return {
    program,
    name,
    label,
    async id() {
      known ??= (await list(program, label, env)).ids?.[0];
      return known;
    },
    stop: (graceMs) => tell(["stop", "-t", String(Math.ceil(graceMs / 1000) + 2), name], graceMs + ASK_MS),
    kill: () => tell(["kill", name], ASK_MS),
    remove: () => removeContainers(program, label, env),
  };
}

export function labelOf(name: string): string {
  return `servegate.server=${name}`;
}

/** Removes every container with this label, and looks again until none is there. */
export async function removeContainers(program: string, label: string, env: Variables): Promise<Removed> {
  const removed = new Set<string>();
  const until = performance.now() + REMOVE_MS;
  for (;;) {
    const { ids, trouble } = await list(program, label, env);
    if (ids === undefined) return { removed: [...removed], leftovers: [`docker cannot be asked what is left: ${trouble}`] };
    if (ids.length === 0) return { removed: [...removed], leftovers: [] };
    const answer = await ask([program, "rm", "--force", "--volumes", ...ids], { timeoutMs: ASK_MS, env });
    for (const id of ids) removed.add(id.slice(0, 12));
    if (performance.now() > until) {
      const why = answer.ok ? "" : `: ${reason(answer.stderr)}`;
      return { removed: [...removed], leftovers: ids.map((id) => `container ${id.slice(0, 12)} is still there${why}`) };
    }
    // What removes itself may be on its way out.
    await sleep(answer.ok ? 20 : 200);
  }
}

async function list(
  program: string,
  label: string,
  env: Variables,
): Promise<{ readonly ids?: readonly string[]; readonly trouble: string }> {
  const listed = await ask([program, "ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${label}`], { timeoutMs: ASK_MS, env });
  return listed.ok ? { ids: listed.stdout.split(/\s+/).filter((id) => id !== ""), trouble: "" } : { trouble: reason(listed.stderr) };
}

function reason(stderr: string): string {
  return stderr.trim().split("\n").at(-1) ?? "no answer";
}
