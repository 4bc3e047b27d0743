import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readFields } from "../../bench/nvidia-smi-cases.ts";
import { knownFields, numberSaid, readStatus, STATUS_FIELDS } from "../../src/machine/gpu-status.ts";
import { readApps, readGpus } from "../../src/machine/nvidia-smi.ts";

const FOLDER = resolve(import.meta.dirname, "../corpus/nvidia-smi");
const MIB = 1024 * 1024;
const UUID = "GPU-00000000-0000-0000-0000-000000000000";
const textOf = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));

/** What was captured for a query, in the order that another query asks, as nvidia-smi would give it; `units` are its own. */
function answered(file: string, query: string, fields: readonly string[], units = false): string {
  const lines = textOf(file).split("\n");
  const at = lines.findIndex((line) => line.startsWith(`$ nvidia-smi --query-${query}=`));
  const asked = /--query-[\w-]+=(\S+)/.exec(lines[at] ?? "")?.[1]?.split(",") ?? [];
  const end = lines.findIndex((line, index) => index > at && line.startsWith("$"));
  const rows = lines.slice(at + 1, end < 0 ? undefined : end).filter((line) => line !== "");
  return rows
    .map((row) => {
      const values = row.split(", ");
      expect(values).toHaveLength(asked.length);
      const chosen = fields.map((field) => values[asked.indexOf(field)] ?? "absent from the capture");
      return chosen.map((value) => (units ? value : value.replace(/^([\d.]+) (?:MiB|W|%|us|MHz)$/, "$1"))).join(", ");
    })
    .join("\n");
}

describe("what nvidia-smi printed on real machines", () => {
  it.each(FILES)("is read without a throw, and no value is made up: %s", (name) => {
    const text = textOf(name);
    for (const part of [text, ...text.split("\n")]) expect(() => readFields(part)).not.toThrow();
  });

  it.each(FILES.filter((name) => /table|errors|version|renamed|help/.test(name)))(
    "holds no GPU where it is no answer to our query: %s",
    (name) => {
      const text = textOf(name);
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      expect(readGpus(text).gpus).toEqual([]);
      expect(readStatus(text, STATUS_FIELDS)).toEqual({ gpus: [], unread: lines.map((line) => line.trim()) });
      expect(readApps(text).apps).toEqual([]);
    },
  );
});

describe.each([
  ["with units", true],
  ["without units", false],
])("an answer %s", (_, units) => {
  const status = (file: string) => readStatus(answered(file, "gpu", ["name", "uuid", ...STATUS_FIELDS], units), STATUS_FIELDS);

  it("of an H100 under load is read", () => {
    const file = "h100.590.48.01.load.txt";
    const { gpus, unread } = status(file);
    expect(unread).toEqual([]);
    const [gpu] = gpus;
    if (gpu === undefined) throw new Error("no GPU was read");
    expect(gpu).toMatchObject({ uuid: UUID, name: "NVIDIA H100 80GB HBM3" });
    expect(gpu.said).toMatchObject({
      gpu_recovery_action: "None",
      "remapped_rows.pending": "No",
      "fabric.state": "Completed",
      "fabric.status": "Success",
      "mig.mode.current": "Disabled",
      "ecc.errors.uncorrected.volatile.total": "0",
      "clocks_event_reasons.active": "0x0000000000000000",
    });
    expect(numberSaid(gpu, "memory.used")).toBe(19_818);
    expect(numberSaid(gpu, "utilization.gpu")).toBe(100);
    expect(numberSaid(gpu, "enforced.power.limit")).toBe(700);
    expect(readGpus(answered(file, "gpu", ["name", "uuid", "memory.total", "driver_version"], units))).toEqual({
      gpus: [{ name: "NVIDIA H100 80GB HBM3", uuid: UUID, memoryBytes: 81_559 * MIB }],
      unread: [],
      driver: "590.48.01",
    });
    expect(readApps(answered(file, "compute-apps", ["gpu_uuid", "pid", "process_name", "used_gpu_memory"], units)).apps).toEqual([
      { gpu: UUID, pid: 11_327, name: "/root/tools/memhog", memoryBytes: 2566 * MIB },
      { gpu: UUID, pid: 11_328, name: "/root/tools/memhog", memoryBytes: 1542 * MIB },
      { gpu: UUID, pid: 11_345, name: "./gpu_burn", memoryBytes: 15_690 * MIB },
    ]);
  });

  it("of an H200 with MIG tells nothing of utilisation and remapped rows, and that is not taken for zero", () => {
    const file = "h200-mig.610.43.02.idle.txt";
    const [gpu] = status(file).gpus;
    if (gpu === undefined) throw new Error("no GPU was read");
    expect(gpu.said).toMatchObject({ "mig.mode.current": "Enabled", "memory.total": expect.stringMatching(/^143771/) });
    for (const field of ["utilization.gpu", "remapped_rows.pending", "remapped_rows.failure"] as const) {
      expect(gpu.said).not.toHaveProperty([field]);
      expect(numberSaid(gpu, field)).toBeUndefined();
    }
    expect(readGpus(answered(file, "gpu", ["name", "uuid", "memory.total", "kmd_version"], units))).toMatchObject({ driver: "610.43.02" });
    expect(readApps(answered(file, "compute-apps", ["gpu_uuid", "pid"], units))).toEqual({ apps: [], unread: [] });
  });
});

describe("smaller answers", () => {
  it("name the processes of a training run", () => {
    expect(readApps(textOf("apps.txt"))).toMatchObject({
      apps: [
        { pid: 72_210, memoryBytes: 41_502 * MIB },
        { pid: 72_211, memoryBytes: 41_510 * MIB },
        { pid: 76_956, name: "python", memoryBytes: 18_902 * MIB },
      ],
      unread: [],
    });
  });

  it("name the fields that driver 535 knows", () => {
    expect(knownFields(textOf("help.535.txt"), ["name", "pci.bus_id", "kmd_version", "gpu_recovery_action"])).toEqual([
      "name",
      "pci.bus_id",
    ]);
  });
});
