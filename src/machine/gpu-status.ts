import { ask } from "../shell/index.ts";
import type { Told, World } from "./gpus.ts";
import { linesOf, reasonOf, SMI_MS, UUID } from "./nvidia-smi.ts";

/**
 * What is asked of every GPU before it is trusted. Names differ between drivers 535 and 610, and one unknown name fails the whole
 * query, so a driver that refuses is asked for those it knows.
 */
export const STATUS_FIELDS = [
  "index",
  "pci.bus_id",
  "memory.total",
  "memory.used",
  "persistence_mode",
  "compute_mode",
  "mig.mode.current",
  "ecc.errors.uncorrected.volatile.total",
  "remapped_rows.pending",
  "remapped_rows.failure",
  "gpu_recovery_action",
  "fabric.state",
  "fabric.status",
  "temperature.gpu",
  "utilization.gpu",
  "enforced.power.limit",
  "power.default_limit",
  "clocks_event_reasons.active",
] as const;
export type StatusField = (typeof STATUS_FIELDS)[number];

/** One GPU as it stands. A field that the driver does not know, or does not tell, is absent from `said`; nothing is made up for it. */
export interface GpuStatus<Field extends string = StatusField> {
  readonly uuid: string;
  readonly name: string;
  readonly said: Readonly<Partial<Record<Field, string>>>;
}

/** Every GPU of this machine; `unread` lines mean that one is there which could not be read, such as one that is lost. */
export function gpuStatus(world: World): Promise<Told<GpuAnswer<StatusField>>> {
  return askGpus(STATUS_FIELDS, world);
}

export interface GpuAnswer<Field extends string> {
  readonly gpus: readonly GpuStatus<Field>[];
  readonly unread: readonly string[];
  /** Those that the driver knows. */
  readonly fields: readonly Field[];
}

/** Asks for any fields; one that the driver does not know is left out. */
export async function askGpus<Field extends string>(wanted: readonly Field[], world: World): Promise<Told<GpuAnswer<Field>>> {
  let fields = wanted;
  let answer = await query(fields, world);
  if (/not a valid field/i.test(answer.stdout + answer.stderr)) {
    const help = await ask(["nvidia-smi", "--help-query-gpu"], { timeoutMs: SMI_MS, env: world.env, signal: world.signal });
    fields = knownFields(help.stdout, wanted);
    if (!help.ok || fields.length === 0)
      return { state: "unknown", reason: `nvidia-smi does not say what it can be asked: ${reasonOf(help)}` };
    answer = await query(fields, world);
  }
  if (answer.missing) return { state: "absent" };
  if (!answer.ok) return { state: "unknown", reason: reasonOf(answer) };
  const { gpus, unread } = readStatus(answer.stdout, fields);
  if (gpus.length === 0) return { state: "unknown", reason: unread[0] ?? "nvidia-smi named no GPU" };
  return { state: "known", gpus, unread, fields };
}

/** Those of our fields that this driver offers; its help writes each name in quotes. */
export function knownFields<Field extends string>(help: string, wanted: readonly Field[]): Field[] {
  const offered = new Set([...help.matchAll(/"([\w.]+)"/g)].map(([, name]) => name));
  return wanted.filter((field) => offered.has(field));
}

/** Reads the answer. Total over any text: fields are counted from the right, because a name may hold commas and nothing is quoted. */
export function readStatus<Field extends string>(
  text: string,
  fields: readonly Field[],
): { readonly gpus: readonly GpuStatus<Field>[]; readonly unread: readonly string[] } {
  const gpus: GpuStatus<Field>[] = [];
  const unread: string[] = [];
  for (const line of linesOf(text)) {
    const words = line.split(",").map((word) => word.trim());
    const uuid = words.at(-fields.length - 1);
    const name = words.slice(0, Math.max(0, words.length - fields.length - 1)).join(", ");
    if (words.length < fields.length + 2 || uuid === undefined || !UUID.test(uuid) || name === "" || isSilence(name)) {
      unread.push(line);
      continue;
    }
    const values = words.slice(words.length - fields.length);
    const said = fields.flatMap((field, index) => {
      const value = values[index] ?? "";
      return isSilence(value) ? [] : [[field, value] as const];
    });
    gpus.push({ uuid, name, said: Object.fromEntries(said) as GpuStatus<Field>["said"] });
  }
  return { gpus, unread };
}

/** A plain number with at most a unit, such as `1000.00` or `614 MiB`; undefined for anything else. */
export function numberSaid<Field extends string>(gpu: GpuStatus<Field>, field: NoInfer<Field>): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)(?: (?:MiB|W|%|us|MHz))?$/.exec(gpu.said[field] ?? "");
  return match === null ? undefined : Number(match[1]);
}

/** What nvidia-smi writes where it has no value. */
function isSilence(value: string): boolean {
  return (
    value === "" ||
    /^N\/A$/i.test(value) ||
    /^\[(?:N\/A|Not Supported|Not Found|Unknown Error|Insufficient Permissions|No Permissions|Requested functionality has been deprecated|GPU is lost|GPU requires reset)\]$/i.test(
      value,
    )
  );
}

function query(fields: readonly string[], { env, signal }: World): ReturnType<typeof ask> {
  const argv = ["nvidia-smi", `--query-gpu=${["name", "uuid", ...fields].join(",")}`, "--format=csv,noheader,nounits"];
  return ask(argv, { timeoutMs: SMI_MS, env, signal });
}
