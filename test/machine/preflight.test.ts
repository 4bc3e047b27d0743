import * as fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/machine/index.ts";
import { knownFields, readStatus, STATUS_FIELDS } from "../../src/machine/gpu-status.ts";
import { mpsRow } from "../../src/machine/mps-row.ts";
import { preflight } from "../../src/machine/preflight.ts";
import type { Preflight } from "../../src/machine/preflight.ts";
import { fakeGpus, type FakeGpus } from "../fakes/gpus.ts";

function world(gpus: Pick<FakeGpus, "env">, signal = new AbortController().signal): Parameters<typeof preflight>[1] {
  const clock = {
    now: () => performance.now(),
    timestamp: () => new Date().toISOString(),
    sleep: (_: number, stop?: AbortSignal) => sleep(50, undefined, stop === undefined ? {} : { signal: stop }),
  };
  return { env: { SERVEGATE_ISOLATION: "tracked", HOME: "/tmp", ...gpus.env }, signal, clock };
}

function refused(answer: Preflight): { class: string; infra: string | undefined } {
  if (answer.state !== "refused") throw new Error("it was cleared");
  return { class: answer.diagnosis.class, infra: answer.diagnosis.infra };
}

describe("the look before a launch", () => {
  it("clears healthy, idle GPUs and notes what was in use", async () => {
    const gpus = fakeGpus(2);
    gpus.set(1, { "memory.used": "614 MiB" });
    const answer = await preflight(gpus.uuids, world(gpus), 0);
    expect(answer).toEqual({
      state: "clear",
      baseline: new Map([
        [gpus.uuids[0], 0],
        [gpus.uuids[1], 614 * 1024 * 1024],
      ]),
    });
  });

  it.each([
    ["memory somebody holds", { "memory.used": "40000" }, "gpu-memory-not-free", "39.1 GiB in use"],
    ["memory that is not told", { "memory.used": "[N/A]" }, "gpu-memory-not-free", "nvidia-smi does not say"],
    ["a reset that is asked for", { gpu_recovery_action: "Reset" }, "xid", "Reset"],
    ["an action nobody heard of", { gpu_recovery_action: "Replace Cooler" }, "xid", "Replace Cooler"],
    ["uncorrected errors", { "ecc.errors.uncorrected.volatile.total": "2" }, "xid", "GPU 1: 2"],
    ["a failed remapping", { "remapped_rows.failure": "Yes" }, "xid", "failure: Yes"],
    ["a fabric still registering", { "fabric.state": "In Progress" }, "fabric-manager", "In Progress"],
    ["MIG", { "mig.mode.current": "Enabled" }, "unknown", "Enabled"],
    ["a driver below the floor", { driver_version: "560.35.03", kmd_version: "560.35.03" }, "driver-mismatch", "560.35.03"],
    ["a lost GPU", { name: "[GPU is lost]", uuid: "[GPU is lost]" }, "xid", "does not answer"],
  ])("refuses %s, with evidence", async (_, fields, cls, evidence) => {
    const gpus = fakeGpus(2);
    // The driver is asked of the first GPU that tells it.
    if ("driver_version" in fields) gpus.set(0, fields);
    gpus.set(1, fields);
    const answer = refused(await preflight(gpus.uuids, world(gpus), 0));
    expect(answer.class).toBe(cls);
    expect(answer.infra).toContain(evidence);
  });

  it("refuses a foreign process and names it, and takes no notice of one on a GPU that is not ours", async () => {
    const gpus = fakeGpus(2);
    gpus.apps(`${gpus.uuids[1]}, 4711, python3, 2048\n`);
    expect(refused(await preflight(gpus.uuids, world(gpus), 0)).infra).toContain("python3 (pid 4711, 2.0 GiB)");
    expect(await preflight([gpus.uuids[0] ?? ""], world(gpus), 0)).toMatchObject({ state: "clear" });
  });

  it.each([
    ["exits with 255", (gpus: FakeGpus) => gpus.fails("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")],
    ["is gone", () => undefined],
  ])("refuses when nvidia-smi %s: unknown is never clean", async (how, spoil) => {
    const gpus = fakeGpus(1);
    spoil(gpus);
    const env = how === "is gone" ? { env: { PATH: "/nowhere" } } : gpus;
    expect(refused(await preflight(gpus.uuids, world(env), 0))).toMatchObject({ class: "xid" });
  });

  it("waits for memory that is on its way back", async () => {
    const gpus = fakeGpus(1, { "memory.used": "90000" });
    const answer = preflight(gpus.uuids, world(gpus), 30_000);
    await sleep(150);
    gpus.set(0, { "memory.used": "4" });
    expect(await answer).toMatchObject({ state: "clear" });
  });

  it("asks a driver that lacks fields only what it knows, and says of the rest that it is unknown", async () => {
    const gpus = fakeGpus(2);
    gpus.without("gpu_recovery_action", "fabric.state", "fabric.status");
    expect(await preflight(gpus.uuids, world(gpus), 0)).toMatchObject({ state: "clear" });
    const rows = await doctor(world(gpus));
    const of = (id: string): unknown => rows.find((row) => row.id === id)?.status;
    expect([of("gpu-recovery"), of("gpu-fabric"), of("gpu-ecc")]).toEqual(["unknown", "unknown", "ok"]);
    expect(gpus.calls().filter((call) => !/^--(?:query|help)-/.test(call))).toEqual([]);
  });
});

describe("the rows about health", () => {
  it.each([
    ["gpu-power-limit", { "enforced.power.limit": "700.00" }, "warn", "GPU 0: 700 W of 1000 W"],
    ["gpu-persistence", { persistence_mode: "Disabled" }, "warn", "GPU 0: Disabled"],
    ["gpu-throttling", { "clocks_event_reasons.active": "0x0000000000000040" }, "warn", "GPU 0: active reasons 0x40, 33 °C"],
    ["gpu-throttling", { "clocks_event_reasons.active": "0x00000000000001FF" }, "warn", "GPU 0: active reasons 0xff, 33 °C"],
    ["gpu-remapped-rows", { "remapped_rows.pending": "Yes" }, "warn", "GPU 0: pending: Yes"],
    ["gpu-ecc", { "ecc.errors.uncorrected.volatile.total": "[N/A]" }, "unknown", "GPU 0: nvidia-smi does not say"],
    ["gpu-compute-mode", { compute_mode: "Exclusive_Process" }, "fail", "GPU 0: Exclusive_Process"],
  ])("%s of %j is %s", async (id, fields, status, found) => {
    const gpus = fakeGpus(2);
    gpus.set(0, fields);
    const row = (await doctor(world(gpus))).find((each) => each.id === id);
    expect({ status: row?.status, found: row?.found }).toEqual({ status, found });
  });

  it("see MPS by its process and by its variable", () => {
    expect(mpsRow({}, ["sh"]).status).toBe("ok");
    expect(mpsRow({}, ["nvidia-cuda-mps"])).toMatchObject({ status: "fail", found: "nvidia-cuda-mps… runs" });
    expect(mpsRow({ CUDA_MPS_PIPE_DIRECTORY: "/tmp/mps" }, [])).toMatchObject({ status: "fail" });
  });
});

describe("the answer about the GPUs' status", () => {
  it("is read from any text, and no value is made up", () => {
    const words = ["NVIDIA B200", "GPU-b2000000-0000", "0", "183359", "[N/A]", "N/A", "None", "[GPU is lost]", "", "0x1FF", "No", "1e9"];
    const field = fc.oneof(fc.constantFrom(...words), fc.string());
    const line = fc.array(field, { maxLength: STATUS_FIELDS.length + 4 }).map((fields) => fields.join(", "));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const text = lines.join("\n");
        const { gpus, unread } = readStatus(text, STATUS_FIELDS);
        expect(gpus.length + unread.length).toBe(text.split(/\r?\n/).filter((each) => each.trim() !== "").length);
        for (const { uuid, name, said } of gpus) for (const value of [uuid, name, ...Object.values(said)]) expect(text).toContain(value);
      }),
      { numRuns: 3000 },
    );
  });

  it("is asked for in the fields that the driver's help names", () => {
    expect(knownFields('"memory.used"\nUsed\n\n"gpu_recovery_action"\n"unheard.of"', STATUS_FIELDS)).toEqual([
      "memory.used",
      "gpu_recovery_action",
    ]);
    expect(knownFields("", STATUS_FIELDS)).toEqual([]);
  });
});
