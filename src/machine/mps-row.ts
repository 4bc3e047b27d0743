import { readFileSync, readdirSync } from "node:fs";
import type { World } from "./gpus.ts";
import type { DoctorRow, RowText } from "./row.ts";

const MPS: RowText = {
  id: "gpu-mps",
  title: "CUDA Multi-Process Service",
  wanted: "not running",
  why: "under MPS one program's fault takes the GPU from all others, and memory belongs to the service, so nobody can tell whose it is",
  fix: "ask the machine's owner to stop nvidia-cuda-mps-control, and remove CUDA_MPS_PIPE_DIRECTORY from the environment",
};

/** Names of processes are cut to 15 characters by the kernel. */
const DAEMON = "nvidia-cuda-mps";

export function mpsRow(env: World["env"], processes: readonly string[] = processNames()): DoctorRow {
  const directory = env["CUDA_MPS_PIPE_DIRECTORY"] ?? "";
  const running = processes.some((name) => name.startsWith(DAEMON));
  const found = [...(running ? [`${DAEMON}… runs`] : []), ...(directory === "" ? [] : [`CUDA_MPS_PIPE_DIRECTORY=${directory}`])];
  return found.length === 0 ? { ...MPS, status: "ok", found: "not running" } : { ...MPS, status: "fail", found: found.join("; ") };
}

function processNames(): string[] {
  try {
    return readdirSync("/proc").flatMap((pid) => (/^\d+$/.test(pid) ? nameOf(pid) : []));
  } catch {
    return [];
  }
}

function nameOf(pid: string): string[] {
  try {
    return [readFileSync(`/proc/${pid}/comm`, "utf8").trim()];
  } catch {
    return [];
  }
}
