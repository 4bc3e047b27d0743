import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendHistory, promote, readBaseline } from "../../src/baseline/index.ts";
import { compare, type Base } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "servegate-history-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const axes = { "piecewise-cuda-graph": ["on"] };

/** Run `n` of a history, a day apart, one cell with one launch for each value. */
function aRun(n: number, ...values: readonly number[]): RunRecord {
  const startedAt = new Date(Date.UTC(2026, 9, n, 3)).toISOString();
  const launches = values.map((value) => ({ checks: [smoke(), throughput([value])] }));
  return aRecord({ run: { id: `run-${n}`, startedAt, axes }, cells: [aCell({ "piecewise-cuda-graph": "on" }, ...launches)] });
}

/** Values that scatter by about 1 %, the same ones every time. */
const around = (level: number, n: number): number => level * (1 + 0.01 * Math.sin(7 * n));

async function keep(...runs: readonly RunRecord[]): Promise<void> {
  for (const run of runs) expect(await appendHistory(run, dir)).toHaveProperty("saved");
}

async function base(head: RunRecord, window = 10): Promise<Base> {
  const read = await readBaseline({ from: "history", path: ".", window }, dir, head);
  return "found" in read ? read.found : read;
}

const folder = (): string => join(dir, readdirSync(dir)[0] ?? "");
const files = (): string[] => readdirSync(folder()).filter((name) => name.includes("T"));

describe("a history", () => {
  it("holds the last launches of each cell and knows their noise", async () => {
    await keep(...Array.from({ length: 12 }, (_, i) => aRun(i + 1, around(1_000, i))));
    const found = (await base(aRun(20, 1_000), 5)) as RunRecord;
    expect(found.cells[0]?.launches.map((launch) => launch.number)).toEqual([1, 2, 3, 4, 5]);
    expect(found.history).toMatchObject({ runs: 12, from: "2026-10-01T03:00:00.000Z", to: "2026-10-12T03:00:00.000Z", notes: [] });
    const [noise] = found.history?.noise ?? [];
    expect(noise?.between).toBeGreaterThan(0.004);
    expect(noise?.between).toBeLessThan(0.012);
    expect(noise).toMatchObject({ within: 0, window: { runs: 5, launches: 5 } });
  });

  it("lets one launch be judged, since the noise is known", async () => {
    await keep(...Array.from({ length: 12 }, (_, i) => aRun(i + 1, around(1_000, i))));
    for (const [value, verdict] of [
      [1_000, "pass"],
      [960, "inconclusive"],
      [930, "regression"],
    ] as const) {
      const head = aRun(20, value);
      const comparison = compare(head, await base(head));
      expect(comparison.changes[0]).toMatchObject({ certainty: "launches", error: { runs: 10 } });
      expect(judge(head, comparison, []).class).toBe(verdict);
    }
  });

  it("stands by its median, which one odd run does not move", async () => {
    await keep(...Array.from({ length: 11 }, (_, i) => aRun(i + 1, i === 9 ? 500 : 1_000)));
    expect(compare(aRun(20, 1_000), await base(aRun(20, 1_000))).changes[0]?.base).toBeCloseTo(1_000, 6);
  });

  it("tells a slow drift from the best of 30 days and from the anchor, and does not block for it", async () => {
    await keep(...Array.from({ length: 20 }, (_, i) => aRun(i + 1, around(1_000 * (1 - 0.004 * i), i))));
    await promote(aRun(1, 1_010), dir);
    const head = aRun(22, 925);
    const verdict = judge(head, compare(head, await base(head, 5)), []);
    expect(verdict.warnings.filter((each) => each.startsWith("Slow drift"))).toEqual([
      expect.stringContaining("from the best of 30 days") as string,
      expect.stringContaining("from the anchor (run run-1 of 2026-10-01)") as string,
    ]);
  });

  it("names the run with which a number shifted on the base branch", async () => {
    await keep(...Array.from({ length: 24 }, (_, i) => aRun(i + 1, around(i < 14 ? 1_000 : 900, i))));
    expect(((await base(aRun(28, 900))) as RunRecord).history?.notes).toEqual([
      expect.stringMatching(
        /^output_throughput of .* shifted by −(9\.\d|10\.\d)% on the base branch with run run-15 of 2026-10-15$/,
      ) as string,
    ]);
  });

  it("keeps a cell that fails on the base branch as it failed", async () => {
    const crashed = aRecord({
      run: { id: "bad", startedAt: "2026-10-09T00:00:00.000Z" },
      cells: [aCell({ "piecewise-cuda-graph": "on" }, aCrash("nccl")), aCell({ "piecewise-cuda-graph": "off" })],
    });
    await keep(aRun(1, 1_000), crashed);
    const comparison = compare(crashed, await base(crashed));
    expect(comparison.before["sglang/piecewise-cuda-graph=on"]).toEqual({ served: false, class: "nccl" });
  });

  it("loses nothing to two writers at once, and takes a run once", async () => {
    const runs = Array.from({ length: 24 }, (_, i) => aRun(i + 1, 1_000));
    const kept = await Promise.all(runs.map((run) => appendHistory(run, dir)));
    expect(kept.every((each) => "saved" in each)).toBe(true);
    expect(files()).toHaveLength(24);
    expect(await appendHistory(aRun(3, 1_000), dir)).toMatchObject({ refused: expect.stringContaining("already") as string });
    expect(await base(aRun(28, 1_000))).toMatchObject({ history: { runs: 24 } });
  });

  it("compacts old entries and keeps their numbers", async () => {
    await keep(...Array.from({ length: 22 }, (_, i) => aRun(i + 1, 1_000 + i)));
    const sizes = files()
      .toSorted()
      .map((name) => readFileSync(join(folder(), name)).length);
    expect(Math.max(...sizes.slice(0, 2))).toBeLessThan(Math.min(...sizes.slice(2)));
    expect(((await base(aRun(28, 1_000), 100)) as RunRecord).cells[0]?.launches).toHaveLength(22);
  });

  it("does not exist before its first run, and then nothing is compared", async () => {
    expect(await base(aRun(1, 1_000))).toEqual({ missing: expect.stringContaining("is empty") as string });
  });

  it.each([
    ["torn", (text: string): string => text.slice(0, -200), "not whole"],
    ["altered", (text: string): string => text.replace("1000", "1300"), "its checksum does not match"],
    ["of a newer version", (text: string): string => text.replace("history@1", "history@2"), "written in servegate/history@2"],
    ["something else", (): string => "{}", "not an entry of a history"],
  ])("that holds an entry which is %s makes the verdict inconclusive and names the file", async (_, damage, reason) => {
    await keep(aRun(1, 1_000), aRun(2, 1_000), aRun(3, 1_000));
    const [, name = ""] = files().toSorted();
    const path = join(folder(), name);
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    const head = aRun(9, 1_000);
    const read = await base(head);
    expect(read).toEqual({ unfit: [expect.stringContaining(`${path}: ${reason}`) as string] });
    expect(judge(head, compare(head, read), []).class).toBe("inconclusive");
  });

  it.each([
    [
      "GPU",
      { machine: { ...aRecord().machine, gpus: [{ name: "NVIDIA H100", uuid: "x", memoryBytes: 1 }] } },
      "GPU differs: 1 × NVIDIA B200",
    ],
    ["driver", { machine: { ...aRecord().machine, driver: "590.1" } }, "driver differs: 580 in the history, 590 here"],
    ["harness", { run: { harness: { name: "servegate", version: "9.1.0" } as const } }, "harness differs: 0.1 in the history, 9.1 here"],
    ["model", { run: { model: "other" } }, "model differs"],
  ])("of another %s is refused by that name", async (_, over, reason) => {
    await keep(aRun(1, 1_000));
    const head = aRecord({ cells: aRun(1, 1_000).cells, ...over, run: { axes, ...("run" in over ? over.run : {}) } });
    const read = await base(head);
    expect(read).toEqual({ unfit: [expect.stringContaining(reason) as string] });
    expect(judge(head, compare(head, read), []).class).toBe("inconclusive");
  });

  it("takes only finished runs that measured something", async () => {
    expect(await appendHistory(aRecord({ state: "interrupted" }), dir)).toMatchObject({
      refused: expect.stringContaining("interrupted") as string,
    });
    expect(readdirSync(dir)).toEqual([]);
  });
});
