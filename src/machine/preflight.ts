import type { Context, Diagnosis, FailureClass } from "../model/index.ts";
import { computeApps, gpusHere, type Told } from "./gpus.ts";
import { driverRow, foreignRow } from "./gpu-rows.ts";
import { gpuStatus, numberSaid, type GpuStatus } from "./gpu-status.ts";
import { healthRows } from "./health-rows.ts";
import { mpsRow } from "./mps-row.ts";
import type { DoctorRow } from "./row.ts";

type World = Pick<Context, "env" | "signal" | "clock">;

/** Bytes in use on each GPU before a server starts, by UUID: what must be reached again after it was stopped. */
export type Baseline = ReadonlyMap<string, number>;

export type Preflight =
  | { readonly state: "clear"; readonly baseline: Baseline }
  /** At least one GPU must not be used; the diagnosis names it as the machine's fault. */
  | { readonly state: "refused"; readonly diagnosis: Diagnosis };

/** Rows that keep a server from being started, the states of them that do, and what the failure is filed under. */
const BLOCKS: Readonly<Record<string, { readonly on: readonly DoctorRow["status"][]; readonly class: FailureClass }>> = {
  gpus: { on: ["fail", "unknown", "warn"], class: "xid" },
  "gpu-recovery": { on: ["fail"], class: "xid" },
  "gpu-ecc": { on: ["fail"], class: "xid" },
  "gpu-remapped-rows": { on: ["fail"], class: "xid" },
  "gpu-fabric": { on: ["fail"], class: "fabric-manager" },
  driver: { on: ["fail"], class: "driver-mismatch" },
  "gpu-mig": { on: ["fail"], class: "unknown" },
  "gpu-mps": { on: ["fail"], class: "unknown" },
  "gpu-memory": { on: ["warn", "fail", "unknown"], class: "gpu-memory-not-free" },
  "foreign-processes": { on: ["warn", "fail", "unknown"], class: "gpu-memory-not-free" },
};

/** Memory of a server that was killed a moment ago comes back within this time; what stays longer belongs to somebody. */
export const PATIENCE_MS = 30_000;
const LOOK_MS = 1000;

/**
 * Looks at the GPUs named in `uuids` before a server is started on them. Waits a while for memory to come free; refuses when a
 * GPU is unhealthy, taken, or cannot be asked. Reads only. Rejects with the signal's reason when the run is cancelled.
 */
export async function preflight(uuids: readonly string[], world: World, patienceMs: number = PATIENCE_MS): Promise<Preflight> {
  const until = world.clock.now() + patienceMs;
  for (;;) {
    const { rows, gpus } = await look(uuids, world);
    world.signal.throwIfAborted();
    const objections = rows.filter((row) => BLOCKS[row.id]?.on.includes(row.status));
    if (objections.length === 0) return { state: "clear", baseline: baselineOf(gpus) };
    const mayPass = objections.every((row) => BLOCKS[row.id]?.class === "gpu-memory-not-free" && row.status !== "unknown");
    if (!mayPass || world.clock.now() >= until) return { state: "refused", diagnosis: diagnosisOf(objections) };
    await world.clock.sleep(LOOK_MS, world.signal);
  }
}

async function look(uuids: readonly string[], world: World): Promise<{ rows: readonly DoctorRow[]; gpus: readonly GpuStatus[] }> {
  const [status, apps, identity] = await Promise.all([gpuStatus(world), computeApps(world), gpusHere(world)]);
  const ours = <T extends { readonly uuid: string }>(list: readonly T[]): T[] => list.filter(({ uuid }) => uuids.includes(uuid));
  const gpus = status.state === "known" ? ours(status.gpus) : [];
  const mine: Told<{ gpus: readonly GpuStatus[] }> = status.state === "known" ? { state: "known", gpus } : status;
  const theirs = apps.state === "known" ? { ...apps, apps: apps.apps.filter(({ gpu }) => uuids.includes(gpu)) } : apps;
  const rows = [presenceRow(uuids, status), driverRow(identity), mpsRow(world.env), foreignRow(theirs), ...healthRows(mine)];
  return { rows, gpus };
}

/** Whether every GPU that was here at the start still answers. */
function presenceRow(uuids: readonly string[], status: Awaited<ReturnType<typeof gpuStatus>>): DoctorRow {
  const text = {
    id: "gpus",
    title: "GPUs of this run",
    wanted: "all of them answering",
    why: "a GPU that was here when the run began and no longer answers has failed",
    fix: "ask the machine's owner to recover it",
  };
  if (status.state === "absent") return { ...text, status: "unknown", found: "nvidia-smi is gone from PATH" };
  if (status.state === "unknown") return { ...text, status: "unknown", found: status.reason };
  const lost = uuids.filter((uuid) => !status.gpus.some((gpu) => gpu.uuid === uuid));
  if (lost.length === 0) return { ...text, status: "ok", found: `${uuids.length} answering` };
  const unread = status.unread[0] === undefined ? "" : `; unreadable: ${status.unread[0].slice(0, 200)}`;
  return { ...text, status: "fail", found: `${lost.join(", ")} does not answer${unread}` };
}

function baselineOf(gpus: readonly GpuStatus[]): Baseline {
  return new Map(gpus.map((gpu) => [gpu.uuid, (numberSaid(gpu, "memory.used") ?? 0) * 1024 * 1024]));
}

function diagnosisOf(objections: readonly DoctorRow[]): Diagnosis {
  const [first] = objections;
  const evidence = objections.map((row) => `${row.title}: ${row.found}; wanted ${row.wanted}`);
  return {
    class: BLOCKS[first?.id ?? ""]?.class ?? "unknown",
    title: "The GPUs were not fit to start on",
    rootCause: `${first?.title}: ${first?.found}. ${sentence(first?.why ?? "")}`,
    confidence: "certain",
    phase: "spawn",
    evidence,
    remedies: objections.map((row) => ({ text: sentence(row.fix), command: "servegate doctor" })),
    findings: [],
    sources: [],
    infra: `before the server was started, ${evidence.join("; ")}`,
  };
}

function sentence(text: string): string {
  return text === "" ? "" : `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
