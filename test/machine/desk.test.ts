import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { gpuDesk } from "../../src/machine/index.ts";
import { untilReleased } from "../../src/machine/release.ts";
import { watchGpus, windowOf, type GpuSample } from "../../src/machine/telemetry.ts";
import type { Config, MachineFacts } from "../../src/model/index.ts";
import { fakeGpus, type FakeGpus } from "../fakes/gpus.ts";

const desks: ReturnType<typeof gpuDesk>[] = [];
afterEach(async () => {
  await Promise.all(desks.splice(0).flatMap((desk) => desk?.close() ?? []));
});

function world(gpus: Pick<FakeGpus, "env">, env: Record<string, string> = {}, signal = new AbortController().signal) {
  const clock = {
    now: () => performance.now(),
    timestamp: () => new Date().toISOString(),
    sleep: (ms: number, stop?: AbortSignal) => sleep(Math.min(ms, 100), undefined, stop === undefined ? {} : { signal: stop }),
  };
  return { env: { ...gpus.env, ...env }, signal, clock };
}

const LOCKS = (): string => mkdtempSync(join(tmpdir(), "servegate-locks-"));

function desk(gpus: FakeGpus, locks: string, wish: { count?: number; waitMs?: number; visible?: string; engine?: Config["engine"] } = {}) {
  const config = {
    engine: wish.engine ?? "vllm",
    machine: { gpu: "NVIDIA B200", ...(wish.count === undefined ? {} : { count: wish.count }), waitMs: wish.waitMs ?? 0 },
    launch: { env: wish.visible === undefined ? {} : { CUDA_VISIBLE_DEVICES: wish.visible } },
  } as unknown as Config;
  const machine = { gpus: gpus.uuids.map((uuid) => ({ uuid, name: "NVIDIA B200", memoryBytes: 1 })) } as unknown as MachineFacts;
  const made = gpuDesk({ config, machine, runId: "r1" }, world(gpus, { SERVEGATE_LOCK_DIR: locks }));
  desks.push(made);
  return made;
}

describe("the desk of a run", () => {
  it("leases what is asked for, confines the server to it, and gives it back", async () => {
    const [gpus, locks] = [fakeGpus(4), LOCKS()];
    const first = await desk(gpus, locks, { count: 2 })?.check(() => undefined);
    expect(first).toMatchObject({ state: "clear", env: { CUDA_DEVICE_ORDER: "PCI_BUS_ID", CUDA_VISIBLE_DEVICES: "0,1" } });
    const second = await desk(gpus, locks, { count: 2 })?.check(() => undefined);
    expect(second).toMatchObject({ state: "clear", env: { CUDA_VISIBLE_DEVICES: "2,3" } });

    const said: string[] = [];
    const third = desk(gpus, locks, { count: 1 });
    const refused = await third?.check((text) => said.push(text));
    expect(refused).toMatchObject({ state: "refused", diagnosis: { infra: expect.stringContaining("is held by run r1 (pid ") } });
    // It was answered once and is not waited for again in the next cell.
    expect(await third?.check(() => undefined)).toEqual(refused);

    await desks[0]?.close();
    expect(await desk(gpus, locks, { count: 1 })?.check(() => undefined)).toMatchObject({ env: { CUDA_VISIBLE_DEVICES: "0" } });
  });

  it("takes all GPUs when no number is asked for, and only those that CUDA_VISIBLE_DEVICES shows", async () => {
    const gpus = fakeGpus(3);
    expect(await desk(gpus, LOCKS())?.check(() => undefined)).toMatchObject({ state: "clear", env: {} });
    const two = await desk(gpus, LOCKS(), { visible: `2,${gpus.uuids[0]}` })?.check(() => undefined);
    expect(two).toMatchObject({ env: { CUDA_VISIBLE_DEVICES: "0,2" }, baseline: { size: 2 } });
    const none = await desk(gpus, LOCKS(), { visible: "7" })?.check(() => undefined);
    expect(none).toMatchObject({ state: "refused", diagnosis: { rootCause: expect.stringContaining("0 of 3 answer") } });
  });

  it("is not there for the rehearsal engine and where no GPU is", () => {
    expect(desk(fakeGpus(1), LOCKS(), { engine: "rehearsal" })).toBeUndefined();
    expect(desk({ ...fakeGpus(1), uuids: [] }, LOCKS())).toBeUndefined();
  });
});

describe("the proof that GPUs are free", () => {
  const baseline = (gpus: FakeGpus): Map<string, number> => new Map(gpus.uuids.map((uuid) => [uuid, 0]));

  it("comes when memory is back, though late", async () => {
    const gpus = fakeGpus(2, { "memory.used": "90000" });
    const proof = untilReleased(baseline(gpus), world(gpus), 30_000);
    await sleep(200);
    gpus.set(0, { "memory.used": "0" });
    gpus.set(1, { "memory.used": "400" });
    expect(await proof).toEqual([]);
  });

  it("names the holder of what does not come back, and never says clean when it could not look", async () => {
    const gpus = fakeGpus(2);
    gpus.set(1, { "memory.used": "90000" });
    gpus.apps(`${gpus.uuids[1]}, 4711, VLLM::Worker_TP1, 89000\n`);
    expect(await untilReleased(baseline(gpus), world(gpus), 0)).toEqual([
      `GPU 1 (${gpus.uuids[1]}) has 87.9 GiB more in use than before the start, held by VLLM::Worker_TP1 (pid 4711)`,
    ]);
    gpus.fails("NVIDIA-SMI has failed");
    expect(await untilReleased(baseline(gpus), world(gpus), 0)).toEqual([
      "whether the GPUs are free again is unknown: NVIDIA-SMI has failed",
    ]);
    expect(gpus.calls().filter((call) => !/^--(?:query|help)-/.test(call))).toEqual([]);
  });

  it("is short when the run was cancelled, and is given all the same", async () => {
    const gpus = fakeGpus(1);
    expect(await untilReleased(baseline(gpus), world(gpus, {}, AbortSignal.abort(new Error("cancelled"))))).toEqual([]);
  });
});

describe("the telemetry of a window", () => {
  const at = (atMs: number, watts: number, thermalUs: number): GpuSample => ({
    atMs,
    said: { "power.draw.instant": watts, "clocks_event_reasons_counters.hw_thermal_slowdown": thermalUs, "temperature.gpu": watts / 10 },
  });

  it("is true to the window: values outside it do not count, counters are cut at its ends", () => {
    const samples = [at(0, 100, 0), at(1000, 100, 0), at(2000, 700, 500_000), at(3000, 700, 1_000_000), at(4000, 100, 1_000_000)];
    const window = windowOf("u", samples, 1500, 3500);
    expect(window).toMatchObject({ samples: 2, powerWatts: 700, energyJoules: 1400, temperatureMax: 70, thermalThrottledMs: 750 });
    expect(windowOf("u", samples, 0, 1000)).toMatchObject({ powerWatts: 100, energyJoules: 100, thermalThrottledMs: 0 });
  });

  it("leaves out what was not told, rather than calling it zero", () => {
    expect(windowOf("u", [], 0, 1000)).toEqual({ uuid: "u", samples: 0 });
    const blind = windowOf("u", [{ atMs: 500, said: { "temperature.gpu": 40 } }], 0, 1000);
    expect(blind).toEqual({ uuid: "u", samples: 1, temperatureMax: 40 });
    // A counter that was not read to the end of the window, or that went back, is not told either.
    expect(windowOf("u", [at(0, 1, 0), at(500, 1, 9)], 0, 1000).thermalThrottledMs).toBeUndefined();
    expect(windowOf("u", [at(0, 1, 9), at(1000, 1, 0)], 0, 1000).thermalThrottledMs).toBeUndefined();
  });

  it("is taken from what nvidia-smi says while it runs, and tells of looks that failed", async () => {
    const gpus = fakeGpus(2);
    const here = world(gpus);
    const from = here.clock.now();
    const watch = watchGpus(gpus.uuids, here, async () => true);
    await sleep(300);
    gpus.set(1, {
      "clocks_event_reasons_counters.hw_power_brake_slowdown": "250000",
      "power.draw.instant": "[N/A]",
      "power.draw": "[N/A]",
    });
    const { gpus: seen, trouble } = await watch.window(from, here.clock.now());
    watch.stop();
    expect(trouble).toBeUndefined();
    expect(seen[0]).toMatchObject({ uuid: gpus.uuids[0], powerWatts: expect.closeTo(142.11, 1), powerBrakeMs: 0 });
    expect(seen[1]?.powerBrakeMs).toBeGreaterThan(0);

    gpus.fails("Unable to determine the device handle for GPU0: Unknown Error");
    const blind = watchGpus(gpus.uuids, here, async () => true);
    const told = await blind.window(here.clock.now(), here.clock.now() + 1);
    blind.stop();
    expect(told).toMatchObject({ gpus: [{ samples: 0 }, { samples: 0 }], trouble: expect.stringContaining("Unable to determine") });
  });
});
