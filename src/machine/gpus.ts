import type { Context } from "../model/index.ts";
import { ask } from "../shell/index.ts";
import type { Asked } from "../shell/index.ts";
import { APPS_QUERY, GPU_QUERY, GPU_QUERY_KMD, readApps, readGpus, reasonOf, SMI_MS } from "./nvidia-smi.ts";
import type { ComputeApp, GpuReading } from "./nvidia-smi.ts";

/** An answer, a reason why there is none, or the knowledge that nobody is there to ask. */
export type Told<T> =
  | ({ readonly state: "known" } & T)
  | { readonly state: "unknown"; readonly reason: string }
  | { readonly state: "absent" };

export type World = Pick<Context, "env" | "signal">;

/** The GPUs of this machine. A query that failed is `unknown`, never an empty machine. */
export async function gpusHere(world: World): Promise<Told<GpuReading>> {
  const told = await smi(GPU_QUERY, world);
  const answer = /not a valid field/i.test(told.stdout + told.stderr) ? await smi(GPU_QUERY_KMD, world) : told;
  if (answer.missing) return { state: "absent" };
  const reading = readGpus(answer.stdout);
  if (!answer.ok) return { state: "unknown", reason: reasonOf(answer) };
  if (reading.gpus.length === 0) return { state: "unknown", reason: reading.unread[0] ?? "nvidia-smi named no GPU" };
  return { state: "known", ...reading };
}

/** Processes that use a GPU at this moment. */
export async function computeApps(world: World): Promise<Told<{ readonly apps: readonly ComputeApp[] }>> {
  const answer = await smi(APPS_QUERY, world);
  if (answer.missing) return { state: "absent" };
  if (!answer.ok) return { state: "unknown", reason: reasonOf(answer) };
  const { apps, unread } = readApps(answer.stdout);
  return unread[0] === undefined ? { state: "known", apps } : { state: "unknown", reason: unread[0] };
}

function smi(argv: readonly string[], { env, signal }: World): Promise<Asked> {
  return ask(argv, { timeoutMs: SMI_MS, env, signal });
}
