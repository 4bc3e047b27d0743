import type { MachineFacts } from "../model/index.ts";
import type { Asked } from "../shell/index.ts";

export type Gpu = MachineFacts["gpus"][number];

/** A process that uses a GPU, as nvidia-smi reports it. */
export interface ComputeApp {
  readonly gpu: string;
  /** In the driver's pid namespace: may name another process here, so it is shown and never acted on. */
  readonly pid: number;
  readonly name: string;
  /** Absent when nvidia-smi does not say. */
  readonly memoryBytes?: number;
}

export interface GpuReading {
  readonly gpus: readonly Gpu[];
  readonly driver?: string;
  /** Lines that could not be read as a GPU, such as one that is lost. */
  readonly unread: readonly string[];
}

export const GPU_QUERY = ["nvidia-smi", "--query-gpu=name,uuid,memory.total,driver_version", "--format=csv,noheader,nounits"];
export const APPS_QUERY = ["nvidia-smi", "--query-compute-apps=gpu_uuid,pid,process_name,used_gpu_memory", "--format=csv,noheader,nounits"];

/** Driver 610 announces the end of `driver_version`; an unknown field fails the whole query. */
export const GPU_QUERY_KMD = GPU_QUERY.map((word) => word.replace("driver_version", "kmd_version"));

const MIB = 1024 * 1024;

/** nvidia-smi hangs when a GPU has fallen off the bus. */
export const SMI_MS = 10_000;

/** Why there is no answer, in one line. */
export function reasonOf(answer: Asked): string {
  if (answer.timedOut) return `nvidia-smi did not answer within ${SMI_MS / 1000} s`;
  const said = `${answer.stdout}\n${answer.stderr}`.trim().split("\n")[0] ?? "";
  return said === "" ? `nvidia-smi ended with ${answer.exitCode ?? answer.signal ?? "no exit code"}` : said;
}
export const UUID = /^(?:GPU|MIG)-[0-9A-Za-z-]{8,}$/;
const VERSION = /^\d+(?:\.\d+)+$/;

/**
 * Reads the answer to `GPU_QUERY`. Total over any text: a line that is not a whole GPU goes to `unread`, and no value is made up.
 * The format has no quoting, so fields are taken from the right and the name keeps its commas.
 */
export function readGpus(text: string): GpuReading {
  const gpus: Gpu[] = [];
  const unread: string[] = [];
  let driver: string | undefined;
  for (const line of linesOf(text)) {
    const fields = line.split(",").map((field) => field.trim());
    const [uuid, memory, version] = fields.slice(-3);
    const name = fields.slice(0, -3);
    const memoryBytes = mebibytes(memory);
    if (uuid === undefined || !UUID.test(uuid) || name.length === 0 || !name.every(isText) || memoryBytes === undefined) {
      unread.push(line);
      continue;
    }
    gpus.push({ name: name.join(", "), uuid, memoryBytes });
    if (version !== undefined && VERSION.test(version)) driver ??= version;
  }
  return { gpus, unread, ...(driver === undefined ? {} : { driver }) };
}

/** Reads the answer to `APPS_QUERY`, likewise; `unread` lines mean that something is there which could not be read. */
export function readApps(text: string): { readonly apps: readonly ComputeApp[]; readonly unread: readonly string[] } {
  const apps: ComputeApp[] = [];
  const unread: string[] = [];
  for (const line of linesOf(text)) {
    const fields = line.split(",").map((field) => field.trim());
    const [gpu, pid] = fields;
    const memoryBytes = fields.length < 4 ? undefined : mebibytes(fields.at(-1));
    const name = fields.slice(2, -1).join(", ");
    if (fields.length < 4 || gpu === undefined || !UUID.test(gpu) || pid === undefined || !/^\d{1,10}$/.test(pid)) {
      unread.push(line);
      continue;
    }
    apps.push({ gpu, pid: Number(pid), name, ...(memoryBytes === undefined ? {} : { memoryBytes }) });
  }
  return { apps, unread };
}

/** `183359` or, in spite of `nounits`, `183359 MiB`. Anything else, `[N/A]` among it, is unknown. */
function mebibytes(field: string | undefined): number | undefined {
  const match = /^(\d{1,9})(?: MiB)?$/.exec(field ?? "");
  const value = Number(match?.[1] ?? 0);
  return value > 0 ? value * MIB : undefined;
}

function isText(field: string): boolean {
  return (
    field !== "" && !/^\[?(?:N\/A|Not Supported|Unknown Error|Insufficient Permissions|GPU is lost|GPU requires reset)\]?$/i.test(field)
  );
}

export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
