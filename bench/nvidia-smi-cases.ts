import * as fc from "fast-check";
import { numberSaid, readStatus, STATUS_FIELDS } from "../src/machine/gpu-status.ts";
import { readApps, readGpus } from "../src/machine/nvidia-smi.ts";

const MIB = 1024 * 1024;

/** Words that drivers 535 to 610 write: numbers with and without units, every way of saying nothing, and broken GPUs. */
const WORD = fc.oneof(
  fc.constantFrom(
    "NVIDIA B200",
    "NVIDIA GB200",
    "NVIDIA H200",
    "GPU-b2000000-0000-0000-0000-000000000000",
    "MIG-41b6b0e6-1c1f-5d0a-9f43-000000000000",
    "00000000:05:00.0",
    "580.95.05",
    "535.183.01",
    "610.43",
    "N/A",
    "[N/A]",
    "[Not Supported]",
    "[Insufficient Permissions]",
    "[Unknown Error]",
    "[Not Found]",
    "[Requested functionality has been deprecated]",
    "[GPU is lost]",
    "[GPU requires reset]",
    'Deprecated, see "KMD version" instead',
    "None",
    "Reset",
    "Drain and Reset",
    "Completed",
    "In Progress",
    "Enabled",
    "Disabled",
    "0x0000000000000001",
    "0x00000000000001FF",
    "183359",
    "183359 MiB",
    "142.11",
    "142.11 W",
    "-1",
    "1e9",
    "NaN",
    "0",
    "",
  ),
  fc.integer().map(String),
  fc.double().map(String),
  fc.string({ maxLength: 20 }),
);
const ROW = fc.oneof(
  fc.array(WORD, { maxLength: STATUS_FIELDS.length + 4 }),
  // Whole rows, so that most inputs get past the first gate.
  fc
    .array(WORD, { minLength: STATUS_FIELDS.length, maxLength: STATUS_FIELDS.length })
    .map((words) => ["NVIDIA B200", "GPU-b2000000-0000", ...words]),
);
const LINE = fc.oneof(
  { weight: 8, arbitrary: ROW.map((words) => words.join(", ")) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Field "gpu_recovery_action" is not a valid field to query.',
      "No devices were found",
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
      "Unable to determine the device handle for GPU0000:05:00.0: Unknown Error",
      "Failed to initialize NVML: Driver/library version mismatch",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
);
export const STYLES: fc.Arbitrary<string> = fc
  .tuple(fc.array(LINE, { maxLength: 4 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.join(end));

/** Reads `text` with every parser; throws when one throws, or gives a value that the text does not hold. */
export function readFields(text: string): void {
  const status = readStatus(text, STATUS_FIELDS);
  for (const gpu of status.gpus) {
    for (const value of [gpu.uuid, ...gpu.name.split(", "), ...Object.values(gpu.said)]) held(text, value);
    for (const field of STATUS_FIELDS) {
      const number = numberSaid(gpu, field);
      if (number !== undefined && Number.parseFloat(gpu.said[field] ?? "") !== number) throw new Error(`${field} became ${number}`);
    }
  }
  const { gpus, driver } = readGpus(text);
  for (const { uuid, memoryBytes } of gpus) {
    held(text, uuid);
    held(text.replaceAll(/0+(?=\d)/g, ""), String(memoryBytes / MIB).replaceAll(/0+(?=\d)/g, ""));
  }
  if (driver !== undefined) held(text, driver);
  for (const { pid, gpu, memoryBytes } of readApps(text).apps) {
    held(text, gpu);
    if (!Number.isSafeInteger(pid) || (memoryBytes !== undefined && !Number.isSafeInteger(memoryBytes))) throw new Error(`pid ${pid}`);
  }
}

function held(text: string, value: string): void {
  if (!text.includes(value)) throw new Error(`invented: ${JSON.stringify(value)}`);
}
