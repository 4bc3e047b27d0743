import type { ComputeApp, GpuReading } from "./nvidia-smi.ts";
import type { Told } from "./gpus.ts";
import type { DoctorRow, RowText } from "./row.ts";
import { gibibytes } from "./row.ts";

const GPUS: RowText = {
  id: "gpus",
  title: "GPUs",
  wanted: "at least one NVIDIA GPU, all of them answering",
  why: "vLLM and SGLang need one; a machine whose GPUs do not answer gives failures that are not the change's",
  fix: "install the NVIDIA driver, or ask the machine's owner to recover the GPU that does not answer",
};

export function gpusRow(told: Told<GpuReading>): DoctorRow {
  if (told.state === "absent") return { ...GPUS, status: "warn", found: "no nvidia-smi on PATH; rehearsal and CPU engines run without" };
  if (told.state === "unknown") return { ...GPUS, status: "unknown", found: told.reason };
  if (told.unread[0] !== undefined) return { ...GPUS, status: "fail", found: `a GPU that cannot be read: ${told.unread[0]}` };
  const kinds = Map.groupBy(told.gpus, (gpu) => `${gpu.name}, ${gibibytes(gpu.memoryBytes)}`);
  return { ...GPUS, status: "ok", found: [...kinds].map(([kind, all]) => `${all.length} × ${kind}`).join("; ") };
}

const DRIVER: RowText = {
  id: "driver",
  title: "NVIDIA driver",
  wanted: "580 or newer",
  why: "engines built for CUDA 13 need 580; a B200 needs 570.133.20 for anything at all",
  fix: "upgrade the driver, or use engine builds for CUDA 12",
};

/** Below this a B200 does not work (NVIDIA cloud-native-docs pull request 184). */
const B200_FLOOR = [570, 133, 20];
const CUDA13_FLOOR = [580];

export function driverRow(told: Told<GpuReading>): DoctorRow {
  if (told.state !== "known") return { ...DRIVER, status: "unknown", found: "no GPU could be asked" };
  if (told.driver === undefined) return { ...DRIVER, status: "unknown", found: "nvidia-smi does not say" };
  const version = told.driver.split(".").map(Number);
  if (!atLeast(version, B200_FLOOR)) {
    // An older GPU works with an older driver. GB200 and GB300 hold the same chips.
    const needed = told.gpus.some(({ name }) => /^NVIDIA G?B[23]00\b/.test(name));
    return { ...DRIVER, status: needed ? "fail" : "warn", found: told.driver };
  }
  return { ...DRIVER, status: atLeast(version, CUDA13_FLOOR) ? "ok" : "warn", found: told.driver };
}

function atLeast(version: readonly number[], floor: readonly number[]): boolean {
  for (const [index, wanted] of floor.entries()) {
    const here = version[index] ?? 0;
    if (here !== wanted) return here > wanted;
  }
  return true;
}

const FOREIGN: RowText = {
  id: "foreign-processes",
  title: "Other processes on the GPUs",
  wanted: "none",
  why: "they take memory and time, so start-up may fail and measurements mean nothing",
  fix: "wait for them, or ask their owner; Servegate never stops what it did not start",
};

export function foreignRow(told: Told<{ readonly apps: readonly ComputeApp[] }>): DoctorRow {
  if (told.state === "absent") return { ...FOREIGN, status: "unknown", found: "no GPU could be asked" };
  if (told.state === "unknown") return { ...FOREIGN, status: "unknown", found: told.reason };
  if (told.apps.length === 0) return { ...FOREIGN, status: "ok", found: "none" };
  const named = told.apps.map(
    ({ name, pid, memoryBytes }) => `${name} (pid ${pid}, ${memoryBytes === undefined ? "memory unknown" : gibibytes(memoryBytes)})`,
  );
  return { ...FOREIGN, status: "warn", found: named.join("; ") };
}
