import type { Context, Milliseconds } from "../model/index.ts";
import { computeApps } from "./gpus.ts";
import { gpuStatus, numberSaid } from "./gpu-status.ts";
import type { Baseline } from "./preflight.ts";
import { gibibytes } from "./row.ts";

const MIB = 1024 * 1024;
/** Contexts of the driver itself come and go within this. */
const SLACK_BYTES = 512 * MIB;
/** Eight times 180 GB take seconds to be given back; vLLM's own tests wait as long. */
export const RELEASE_MS = 120_000;
/** A cancelled run has no more. */
export const HASTY_MS = 2000;
const LOOK_MS = 250;
const CLEAN_LOOKS = 2;

/**
 * Waits until every GPU of the baseline has its memory back, two looks in a row. Resolves to what is left, in words, with the holders
 * as nvidia-smi names them: they are told and never touched, since their pids may be of another container.
 */
export async function untilReleased(
  baseline: Baseline,
  { clock, env, signal }: Pick<Context, "clock" | "env" | "signal">,
  limitMs: Milliseconds = RELEASE_MS,
): Promise<string[]> {
  const begun = clock.now();
  let clean = 0;
  let left: string[];
  do {
    const limit = signal.aborted ? Math.min(limitMs, HASTY_MS) : limitMs;
    // The run's own signal would end the question of a cancelled run before it is answered.
    left = await look(baseline, { env, signal: AbortSignal.timeout(Math.max(1000, limit)) });
    clean = left.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_LOOKS) return [];
    if (clean === 0 && clock.now() - begun >= limit) return left;
    await clock.sleep(LOOK_MS);
  } while (clean < CLEAN_LOOKS);
  return left;
}

async function look(baseline: Baseline, world: Pick<Context, "env" | "signal">): Promise<string[]> {
  const [status, apps] = await Promise.all([gpuStatus(world), computeApps(world)]);
  if (status.state !== "known") {
    const why = status.state === "absent" ? "nvidia-smi is gone" : status.reason;
    return [`whether the GPUs are free again is unknown: ${why}`];
  }
  return [...baseline].flatMap(([uuid, before]) => {
    const gpu = status.gpus.find((each) => each.uuid === uuid);
    const name = `GPU ${gpu?.said.index ?? "?"} (${uuid})`;
    const used = gpu === undefined ? undefined : numberSaid(gpu, "memory.used");
    if (used === undefined) return [`whether ${name} is free again is unknown: it does not answer`];
    if (used * MIB <= before + SLACK_BYTES) return [];
    const here = apps.state === "known" ? apps.apps.filter((app) => app.gpu === uuid) : [];
    const holders = here.map(({ name: program, pid }) => `${program} (pid ${pid})`);
    const by = holders.length === 0 ? "no process that can be seen from here" : holders.join(", ");
    return [`${name} has ${gibibytes(used * MIB - before)} more in use than before the start, held by ${by}`];
  });
}
