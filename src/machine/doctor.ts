import { engines } from "../engines/index.ts";
import { askEngine } from "./engine-version.ts";
import { gpuStatus } from "./gpu-status.ts";
import { computeApps, gpusHere } from "./gpus.ts";
import type { World } from "./gpus.ts";
import { driverRow, foreignRow, gpusRow } from "./gpu-rows.ts";
import { allocatorRow, diskRows, isolationRow, kernelLogRow, nodeRow, nvccRow, proxyRow, sharedMemoryRow } from "./host-rows.ts";
import { healthRows } from "./health-rows.ts";
import { mpsRow } from "./mps-row.ts";
import { torchRow } from "./torch-row.ts";
import type { DoctorRow, RowText } from "./row.ts";

/** Looks at everything that commonly spoils a run. Only reads: it changes, resets and stops nothing. */
export async function doctor(world: World): Promise<DoctorRow[]> {
  const { env } = world;
  const [gpus, status, apps, isolation, nvcc, found, kernel] = await Promise.all([
    gpusHere(world),
    gpuStatus(world),
    computeApps(world),
    isolationRow(env),
    nvccRow(world),
    enginesRow(world),
    kernelLogRow(world),
  ]);
  const torch = await torchRow(gpus, world);
  const onGpus = [gpusRow(gpus), driverRow(gpus), foreignRow(apps), ...healthRows(status), mpsRow(env)];
  const onHost = [isolation, kernel, sharedMemoryRow(), ...diskRows(env), nodeRow(), proxyRow(env), allocatorRow(env)];
  return [...onGpus, found, torch, nvcc, ...onHost];
}

const ENGINES: RowText = {
  id: "engines",
  title: "Inference servers",
  wanted: "the one that is to be tested",
  why: "Servegate starts the server that the python on PATH knows",
  fix: "activate the environment that holds it, or name its program in launch.command",
};

async function enginesRow(world: World): Promise<DoctorRow> {
  const asked = engines.filter((engine) => engine.version !== undefined && engine.id !== "rehearsal");
  const answers = await Promise.all(asked.map(async (engine) => ({ engine, answer: await askEngine(engine, undefined, world) })));
  const installed = answers.flatMap(({ engine, answer }) => (answer.state === "installed" ? [`${engine.id} ${answer.version}`] : []));
  const unknown = answers.flatMap(({ engine, answer }) => (answer.state === "unknown" ? [`${engine.id}: ${answer.reason}`] : []));
  if (unknown.length > 0) return { ...ENGINES, status: "unknown", found: [...installed, ...unknown].join("; ") };
  return installed.length > 0 ? { ...ENGINES, status: "ok", found: installed.join(", ") } : { ...ENGINES, status: "warn", found: "none" };
}
