import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lease } from "../../src/shell/index.ts";
import type { Lease, LeaseRequest } from "../../src/shell/index.ts";
import { takeAll } from "../../src/shell/lease.ts";
import { BIN, folder, until } from "./support.ts";

const GPUS = ["GPU-a", "GPU-b", "GPU-c", "GPU-d"];

function world(signal = new AbortController().signal): Parameters<typeof lease>[1] {
  const clock = {
    now: () => performance.now(),
    timestamp: () => new Date().toISOString(),
    sleep: (ms: number, stop?: AbortSignal) => sleep(ms, undefined, stop === undefined ? {} : { signal: stop }),
  };
  return { clock, signal, env: process.env };
}

function take(dir: string, count: number, more: Partial<LeaseRequest> = {}): ReturnType<typeof lease> {
  return lease({ folder: dir, names: GPUS, count, waitMs: 0, who: "a test", ...more }, world());
}

async function taken(...args: Parameters<typeof take>): Promise<Lease> {
  const answer = await take(...args);
  if ("problem" in answer) throw new Error(answer.problem);
  return answer;
}

describe("a lease", () => {
  it("is all or nothing, tells a second taker who holds it, and is free after its release", async () => {
    const dir = folder();
    const first = await taken(dir, 3);
    expect(first.names).toEqual(["GPU-a", "GPU-b", "GPU-c"]);

    const said: string[] = [];
    const second = await take(dir, 2, { onWait: (text) => said.push(text), waitMs: 300 });

    expect(second).toEqual({ problem: expect.stringContaining(`GPU-a is held by a test (pid ${process.pid}, since 20`) });
    expect(said).toHaveLength(1);
    // What it had taken for a moment was given back.
    const other = await taken(dir, 1);
    expect(other.names).toEqual(["GPU-d"]);
    await Promise.all([first.release(), other.release()]);
    const all = await taken(dir, 4);
    expect(all.held()).toBe(true);
    await all.release();
    expect(all.held()).toBe(false);
  });

  it("waits for the holder", async () => {
    const dir = folder();
    const first = await taken(dir, 4);
    const second = taken(dir, 4, { waitMs: 20_000 });
    await sleep(100);
    await first.release();
    const later = await second;
    expect(later.names).toEqual(GPUS);
    await later.release();
  });

  it("ends with the process that took it, though that was killed", async () => {
    const dir = folder();
    const holder = spawn(process.execPath, [join(BIN, "lease-holder.ts"), dir, ...GPUS], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    holder.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until("it is taken", () => said.includes("taken"));
    expect(await take(dir, 1)).toHaveProperty("problem");
    holder.kill("SIGKILL");
    // The note of the dead is still there, and not believed; the lock is gone within the first tries.
    await (await taken(dir, 4, { waitMs: 10_000 })).release();
  });

  it("says what is wrong where no lock can be taken", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    expect(await take(file, 1)).toEqual({ problem: expect.stringContaining("cannot be made") });
    const dir = folder();
    const noFlock = await lease(
      { folder: dir, names: GPUS, count: 1, waitMs: 0, who: "a test" },
      { ...world(), env: { PATH: "/nowhere" } },
    );
    expect(noFlock).toEqual({ problem: expect.stringContaining("ENOENT") });
  });

  it("gives up waiting when the run is cancelled, and leaves nothing taken", async () => {
    const dir = folder();
    const first = await taken(dir, 3);
    const cancel = new AbortController();
    const second = lease({ folder: dir, names: GPUS, count: 2, waitMs: 60_000, who: "b" }, world(cancel.signal));
    await sleep(50);
    cancel.abort(new Error("cancelled"));
    await expect(second).rejects.toThrow(/abort/i);
    await first.release();
    await (await taken(dir, 4)).release();
    expect(readdirSync(dir).sort()).toEqual(GPUS);
  });
});

/** Locks in memory that check that no two hold one. */
function table(): { readonly tryOne: (who: number) => (name: string) => Promise<"taken" | Slot>; readonly die: (who: number) => void } {
  const owner = new Map<string, number>();
  return {
    tryOne: (who) => async (name) => {
      if (owner.has(name)) return "taken";
      owner.set(name, who);
      return {
        who,
        name,
        // A lock of the dead may by now be another's.
        release: async () => void (owner.get(name) === who && owner.delete(name)),
      };
    },
    die: (who) => {
      for (const [name, by] of owner) if (by === who) owner.delete(name);
    },
  };
}

interface Slot {
  readonly who: number;
  readonly name: string;
  release(): Promise<void>;
}

const SCHEDULES = Number(process.env["SERVEGATE_SCHEDULES"] ?? 2000);

describe("eight takers in any order, some of them killed", () => {
  it(`never hold one GPU twice, and every survivor gets its own in the end (${SCHEDULES} schedules)`, async () => {
    const wishes = fc.array(fc.record({ count: fc.integer({ min: 1, max: 4 }), dies: fc.boolean() }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), wishes, async (scheduler, takers) => {
        const locks = table();
        const using = new Map<string, number>();
        let doubles = 0;
        let served = 0;
        const run = async ({ count, dies }: { count: number; dies: boolean }, who: number): Promise<void> => {
          const one = locks.tryOne(who);
          for (let tries = 0; tries < 200; tries++) {
            const got = await takeAll(GPUS, count, (name) => scheduler.schedule(one(name), `${who} tries ${name}`));
            if (got.state !== "all") {
              await scheduler.schedule(Promise.resolve(), `${who} waits`);
              continue;
            }
            expect(got.locks.size).toBe(count);
            for (const name of got.locks.keys()) {
              if (using.has(name)) doubles += 1;
              using.set(name, who);
            }
            await scheduler.schedule(Promise.resolve(), `${who} works`);
            for (const name of got.locks.keys()) using.delete(name);
            served += 1;
            if (dies) locks.die(who);
            else for (const lock of got.locks.values()) await lock.release();
            return;
          }
        };
        const all = Promise.all(takers.map(run));
        await scheduler.waitFor(all);
        expect({ doubles, served }).toEqual({ doubles: 0, served: 8 });
      }),
      { numRuns: SCHEDULES },
    );
  });
});
