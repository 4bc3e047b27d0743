import { existsSync, statfsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ask, chooseIsolation } from "../shell/index.ts";
import type { World } from "./gpus.ts";
import { kernelMark } from "./kernel-log.ts";
import type { DoctorRow, RowText } from "./row.ts";
import { gibibytes } from "./row.ts";

const GIB = 1024 ** 3;
type Env = World["env"];

/** The tier servers will run in. */
export async function isolationRow(env: Env): Promise<DoctorRow> {
  const text: RowText = {
    id: "isolation",
    title: "Isolation of servers",
    wanted: "sealed, or cgroup",
    why: "in a namespace of its own no process of a server can outlive it, whatever it does",
    fix: "allow unprivileged user namespaces (on Ubuntu 24.04 an AppArmor profile for unshare), with util-linux 2.36 or newer",
  };
  const choice = await chooseIsolation(env);
  if (!choice.ok) return { ...text, status: "fail", found: choice.reason };
  return { ...text, status: choice.tier === "tracked" ? "warn" : "ok", found: `${choice.tier}: ${choice.detail}` };
}

export function sharedMemoryRow(): DoctorRow {
  const text: RowText = {
    id: "shared-memory",
    title: "/dev/shm",
    wanted: "8 GiB or more",
    why: "NCCL and the engines' workers pass data through it; when it is full they die with a bus error. Sealed servers get their own",
    fix: "in a container, start it with --shm-size=16g",
  };
  const size = fileSystem("/dev/shm");
  if (size === undefined) return { ...text, status: "unknown", found: "/dev/shm cannot be looked at" };
  const status = size.total >= 8 * GIB ? "ok" : size.total >= GIB ? "warn" : "fail";
  return { ...text, status, found: `${gibibytes(size.total)}, ${gibibytes(size.free)} free` };
}

/** Free space where models are kept and where this run writes. */
export function diskRows(env: Env): DoctorRow[] {
  const cache = env["HF_HOME"] ?? join(env["XDG_CACHE_HOME"] ?? join(env["HOME"] ?? homedir(), ".cache"), "huggingface");
  return [
    diskRow("disk-work", "Disk for logs and records", process.cwd(), 1, 5),
    diskRow("disk-models", "Disk for models and compile caches", cache, 5, 50),
  ];
}

function diskRow(id: string, title: string, path: string, failBelowGib: number, warnBelowGib: number): DoctorRow {
  const text: RowText = {
    id,
    title,
    wanted: `${warnBelowGib} GiB free`,
    why: "a full disk ends downloads and compilation with errors that look like the engine's",
    fix: `make room on the file system of ${path}`,
  };
  const size = fileSystem(path);
  if (size === undefined) return { ...text, status: "unknown", found: `${path} cannot be looked at` };
  const gib = size.free / GIB;
  const status = gib >= warnBelowGib ? "ok" : gib >= failBelowGib ? "warn" : "fail";
  return { ...text, status, found: `${gibibytes(size.free)} free at ${path}` };
}

export function nodeRow(version: string = process.versions.node): DoctorRow {
  const text: RowText = {
    id: "node",
    title: "Node",
    wanted: "24 or newer",
    why: "Servegate is built for it",
    fix: "on a runner, upgrade to one that has node24; elsewhere install Node 24",
  };
  return { ...text, status: Number.parseInt(version, 10) >= 24 ? "ok" : "fail", found: version };
}

export async function nvccRow({ env, signal }: World): Promise<DoctorRow> {
  const text: RowText = {
    id: "nvcc",
    title: "CUDA compiler",
    wanted: "nvcc 12.8 or newer",
    why: "FlashInfer and DeepGEMM compile kernels at start-up; compilers before 12.8 do not know the B200",
    fix: "install the CUDA toolkit and set CUDA_HOME, or install the prebuilt kernels (flashinfer-cubin, flashinfer-jit-cache)",
  };
  const places = [...(env["CUDA_HOME"] === undefined ? [] : [join(env["CUDA_HOME"], "bin", "nvcc")]), "nvcc", "/usr/local/cuda/bin/nvcc"];
  for (const nvcc of places) {
    const answer = await ask([nvcc, "--version"], { timeoutMs: 10_000, env, signal });
    if (answer.missing) continue;
    const release = /release (\d+)\.(\d+)/.exec(answer.stdout);
    if (!answer.ok || release === null) return { ...text, status: "unknown", found: `${nvcc} does not tell its version` };
    const [major = 0, minor = 0] = release.slice(1).map(Number);
    const known = major > 12 || (major === 12 && minor >= 8);
    return { ...text, status: known ? "ok" : "warn", found: `${major}.${minor} (${nvcc})` };
  }
  return { ...text, status: "warn", found: "none" };
}

export function proxyRow(env: Env): DoctorRow {
  const text: RowText = {
    id: "proxies",
    title: "Proxies",
    wanted: "none, or NO_PROXY with 127.0.0.1 and localhost",
    why: "a request to a server on this machine would be sent to the proxy; Servegate spares its own and its servers', other tools do not",
    fix: "set NO_PROXY=127.0.0.1,localhost",
  };
  const proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].filter((name) => (env[name] ?? "") !== "");
  if (proxies.length === 0) return { ...text, status: "ok", found: "none for http" };
  const spared = new Set((env["NO_PROXY"] ?? env["no_proxy"] ?? "").split(",").map((host) => host.trim()));
  const ok = spared.has("*") || (spared.has("127.0.0.1") && spared.has("localhost"));
  return { ...text, status: ok ? "ok" : "warn", found: `${proxies.join(", ")} ${ok ? "with" : "without"} a NO_PROXY for loopback` };
}

/** Whether a fault of the hardware would be seen where the driver writes it down. */
export async function kernelLogRow(world: World): Promise<DoctorRow> {
  const text: RowText = {
    id: "kernel-log",
    title: "Kernel log",
    wanted: "readable",
    why: "the driver writes faults of the GPUs (Xid) and the kernel its killing of programs there; unread, they cannot be told from the server's own",
    fix: "add the runner's user to the group adm or systemd-journal, or give it CAP_SYSLOG",
  };
  const mark = await kernelMark(world);
  if (mark.source === "none") return { ...text, status: "unknown", found: mark.why };
  return { ...text, status: "ok", found: mark.source === "kmsg" ? "/dev/kmsg" : "the journal" };
}

export function allocatorRow(env: Env): DoctorRow {
  const text: RowText = {
    id: "expandable-segments",
    title: "PyTorch allocator",
    wanted: "expandable_segments not switched on for the whole machine",
    why: "custom all-reduce shares graph buffers by cudaIpcGetMemHandle, which refuses such memory: the server exits during graph capture (vllm#42609)",
    fix: "remove expandable_segments:True from PYTORCH_CUDA_ALLOC_CONF, or switch custom-all-reduce off",
  };
  const names = ["PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"].filter((name) => /expandable_segments\s*:\s*true/i.test(env[name] ?? ""));
  if (names.length === 0) return { ...text, status: "ok", found: "not switched on" };
  return { ...text, status: "warn", found: `expandable_segments:True in ${names.join(" and ")}` };
}

/** Of the nearest folder that exists. */
function fileSystem(path: string): { readonly total: number; readonly free: number } | undefined {
  let place = resolve(path);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    const { blocks, bavail, bsize } = statfsSync(place);
    return { total: blocks * bsize, free: bavail * bsize };
  } catch {
    return undefined;
  }
}
