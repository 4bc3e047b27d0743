import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readApps, readGpus } from "../../src/machine/nvidia-smi.ts";

const MIB = 1024 * 1024;
const UUID = "GPU-b2000000-0000-0000-0000-000000000000";
const B200 = { name: "NVIDIA B200", uuid: UUID, memoryBytes: 183_359 * MIB };

describe("the list of GPUs", () => {
  it.each([
    ["a B200", `NVIDIA B200, ${UUID}, 183359, 580.95.05\n`, { gpus: [B200], unread: [], driver: "580.95.05" }],
    [
      "carriage returns and units that were not asked for",
      `NVIDIA B200, ${UUID}, 183359 MiB, 580.95.05\r\n`,
      { gpus: [B200], unread: [], driver: "580.95.05" },
    ],
    [
      "a name with a comma",
      `NVIDIA, B200, ${UUID}, 183359, 580.95.05`,
      { gpus: [{ ...B200, name: "NVIDIA, B200" }], unread: [], driver: "580.95.05" },
    ],
    ["a driver it does not name", `NVIDIA B200, ${UUID}, 183359, [N/A]`, { gpus: [B200], unread: [] }],
    ["memory it does not know", `NVIDIA GB10, ${UUID}, [N/A], 580.95.05`, { gpus: [], unread: [`NVIDIA GB10, ${UUID}, [N/A], 580.95.05`] }],
    [
      "a lost GPU among others",
      `NVIDIA B200, ${UUID}, 183359, 580.95.05\n[GPU is lost], [GPU is lost], [GPU is lost], [GPU is lost]`,
      { gpus: [B200], unread: ["[GPU is lost], [GPU is lost], [GPU is lost], [GPU is lost]"], driver: "580.95.05" },
    ],
    ["no devices", "No devices were found\n", { gpus: [], unread: ["No devices were found"] }],
    [
      "an invalid field",
      'Field "driver_version" is not a valid field to query.',
      { gpus: [], unread: ['Field "driver_version" is not a valid field to query.'] },
    ],
    ["nothing", "", { gpus: [], unread: [] }],
  ])("is read from %s", (_, text, reading) => {
    expect(readGpus(text)).toEqual(reading);
  });

  it("is read from any text without a throw, and no value is made up", () => {
    const field = fc.oneof(
      fc.constantFrom(
        "NVIDIA B200",
        UUID,
        "183359",
        "183359 MiB",
        "580.95.05",
        "[N/A]",
        "N/A",
        "[Unknown Error]",
        "[GPU is lost]",
        "",
        "-1",
        "0",
        "1e9",
        "NaN",
      ),
      fc.string(),
      fc.integer().map(String),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.array(field, { maxLength: 7 }).map((fields) => fields.join(", "))).map((lines) => lines.join("\n")),
    );
    fc.assert(
      fc.property(text, (answer) => {
        const { gpus, driver, unread } = readGpus(answer);
        const lines = answer.split(/\r?\n/).filter((line) => line.trim() !== "");
        expect(gpus.length + unread.length).toBe(lines.length);
        for (const { name, uuid, memoryBytes } of gpus) {
          expect(name).not.toMatch(/\[N\/A\]|\[GPU is lost\]|^$/);
          expect(answer).toContain(uuid);
          expect(Number.isSafeInteger(memoryBytes) && memoryBytes > 0).toBe(true);
          expect(answer).toContain(String(memoryBytes / MIB));
        }
        expect(answer).toContain(driver ?? "");
        readApps(answer);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("the list of processes", () => {
  it.each([
    ["one", `${UUID}, 10291, memhog, 2566\n`, { apps: [{ gpu: UUID, pid: 10_291, name: "memhog", memoryBytes: 2566 * MIB }], unread: [] }],
    ["commas in its name", `${UUID}, 7, python, -c, x, [N/A]`, { apps: [{ gpu: UUID, pid: 7, name: "python, -c, x" }], unread: [] }],
    [
      "a name that may not be seen",
      `${UUID}, 7, [Insufficient Permissions], 12`,
      { apps: [{ gpu: UUID, pid: 7, name: "[Insufficient Permissions]", memoryBytes: 12 * MIB }], unread: [] },
    ],
    ["none", "", { apps: [], unread: [] }],
    ["a message", "Unable to determine the device handle", { apps: [], unread: ["Unable to determine the device handle"] }],
  ])("is read from %s", (_, text, reading) => {
    expect(readApps(text)).toEqual(reading);
  });
});
