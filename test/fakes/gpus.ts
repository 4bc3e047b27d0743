import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Lines of one healthy, idle B200 under driver 580; what is unknown to a test's driver is left out by `without`. */
export const B200: Readonly<Record<string, string>> = {
  name: "NVIDIA B200",
  driver_version: "580.95.05",
  kmd_version: "580.95.05",
  "pci.bus_id": "00000000:05:00.0",
  "memory.total": "183359",
  "memory.used": "0",
  persistence_mode: "Enabled",
  compute_mode: "Default",
  "mig.mode.current": "Disabled",
  "ecc.errors.uncorrected.volatile.total": "0",
  "remapped_rows.pending": "No",
  "remapped_rows.failure": "No",
  gpu_recovery_action: "None",
  "fabric.state": "Completed",
  "fabric.status": "Success",
  "temperature.gpu": "33",
  "temperature.memory": "34",
  "utilization.gpu": "0",
  "power.draw.instant": "142.11",
  "power.draw": "142.11",
  "enforced.power.limit": "1000.00",
  "power.default_limit": "1000.00",
  "clocks.current.sm": "120",
  "clocks_event_reasons.active": "0x0000000000000001",
  "clocks_event_reasons_counters.sw_power_cap": "0",
  "clocks_event_reasons_counters.sw_thermal_slowdown": "0",
  "clocks_event_reasons_counters.hw_thermal_slowdown": "0",
  "clocks_event_reasons_counters.hw_power_brake_slowdown": "0",
};

/** GPUs that a test can change while nvidia-smi is being asked about them. */
export interface FakeGpus {
  readonly uuids: readonly string[];
  /** What has to be in the environment for `nvidia-smi` to be this one. */
  readonly env: Readonly<Record<string, string>>;
  set(index: number, fields: Readonly<Record<string, string>>): void;
  /** The driver does not know these fields. */
  without(...fields: string[]): void;
  apps(text: string): void;
  fails(text: string): void;
  works(): void;
  hangs(): void;
  calls(): string[];
}

export function fakeGpus(count: number, more: Readonly<Record<string, string>> = {}): FakeGpus {
  const dir = mkdtempSync(join(tmpdir(), "servegate-gpus-"));
  const uuids = Array.from({ length: count }, (_, index) => `GPU-b200000${index}-0000-0000-0000-000000000000`);
  const gpus: Record<string, string>[] = uuids.map((uuid, index) => ({ index: String(index), uuid, ...B200, ...more }));
  const write = (): void =>
    gpus.forEach((gpu, index) =>
      writeFileSync(
        join(dir, `gpu${index}`),
        Object.entries(gpu)
          .map(([field, value]) => `${field}=${value}\n`)
          .join(""),
      ),
    );
  write();
  appendFileSync(join(dir, "calls"), "");
  return {
    uuids,
    env: { FAKE_GPUS: dir, PATH: `${resolve(import.meta.dirname, "../bin/gpus")}:${process.env["PATH"] ?? "/usr/bin:/bin"}` },
    set(index, fields) {
      Object.assign(gpus[index] ?? {}, fields);
      write();
    },
    without(...fields) {
      for (const gpu of gpus) for (const field of fields) delete gpu[field];
      write();
    },
    apps: (text) => writeFileSync(join(dir, "apps"), text),
    fails: (text) => writeFileSync(join(dir, "fail"), text),
    works: () => {
      for (const name of ["fail", "hang"]) rmSync(join(dir, name), { force: true });
    },
    hangs: () => writeFileSync(join(dir, "hang"), ""),
    calls: () => readFileSync(join(dir, "calls"), "utf8").trim().split("\n"),
  };
}
