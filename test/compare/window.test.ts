import { describe, expect, it } from "vitest";
import { windowOf } from "../../src/compare/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

/** Run `n`, a day apart, with one launch for each number of each cell. */
function aRun(n: number, numbers: Readonly<Record<string, readonly number[]>>, at = Date.UTC(2026, 9, n, 3)): RunRecord {
  const cells = Object.entries(numbers).map(([value, launches]) =>
    aCell({ "attention-backend": value }, ...launches.map((each) => ({ checks: [smoke(), throughput([each])] }))),
  );
  return aRecord({
    run: { id: `run-${n}`, startedAt: new Date(at).toISOString(), axes: { "attention-backend": Object.keys(numbers) } },
    cells,
  });
}

/** Values that scatter alike every time. */
const scattered = (level: number, size: number, n: number, launches: number): number[] =>
  Array.from({ length: launches }, (_, i) => level * Math.exp(size * Math.sin(7 * n + 3 * i)));

describe("the window of a history", () => {
  it("is the same in whatever order the runs are read", () => {
    const runs = Array.from({ length: 8 }, (_, n) => aRun(n + 1, { fa2: scattered(1_000, 0.01, n, 2) }));
    const found = windowOf(runs, { window: 5 });
    expect(windowOf(runs.toReversed(), { window: 5 })).toEqual(found);
    expect(windowOf([...runs.slice(3), ...runs.slice(0, 3)], { window: 5 })).toEqual(found);
    expect(found.run.id).toBe("run-8");
    expect(found.history).toMatchObject({ runs: 8, from: runs[0]?.run.startedAt, to: runs[7]?.run.startedAt });
    expect(found.cells[0]?.launches.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  it("counts a cell as served in a run in which any of its launches did", () => {
    const flaky = aRecord({
      run: { id: "flaky", startedAt: "2026-10-02T00:00:00.000Z" },
      cells: [aCell({ "attention-backend": "fa2" }, {}, aCrash("nccl"))],
    });
    const found = windowOf([aRun(1, { fa2: [1_000] }), flaky], { window: 5 });
    expect(found.history?.served).toEqual({ "sglang/attention-backend=fa2": 2 });
    expect(found.cells[0]?.launches).toHaveLength(2);
  });

  it("keeps runs of one moment in the order in which they are read", () => {
    const at = Date.UTC(2026, 9, 1);
    const ids = (runs: readonly RunRecord[]): string => windowOf(runs, { window: 1 }).run.id;
    const [first, second] = [aRun(1, { fa2: [1_000] }, at), aRun(2, { fa2: [1_001] }, at)];
    expect([ids([first, second]), ids([second, first])]).toEqual(["run-2", "run-1"]);
  });

  it("weighs what cells know of their noise by how much they know", () => {
    // One cell was launched once a run and hardly moves; the other three times and scatters tenfold.
    const runs = Array.from({ length: 10 }, (_, n) =>
      aRun(n + 1, { fa2: scattered(1_000, 0.002, n, 1), cutlass: scattered(900, 0.02, n, 3) }),
    );
    const noise = windowOf(runs, { window: 10 }).history?.noise ?? [];
    const told = noise.map(({ between, betweenDf, within, withinDf }) =>
      [between, betweenDf, within, withinDf].map((each) => Number(each.toPrecision(5))),
    );
    expect(told).toMatchInlineSnapshot(`
      [
        [
          0.001289,
          13,
          0,
          0,
        ],
        [
          0.00054964,
          13,
          0.015413,
          24,
        ],
      ]
    `);
    // Whoever was launched once a run says nothing of the spread within runs, and nobody lends it any.
    expect(noise.find(({ withinDf }) => withinDf === 0)?.within).toBe(0);
  });

  it("leaves a number out that is not above zero, with its whole run", () => {
    const runs = [1_000, 1_010, 0, 990, 1_005].map((value, n) => aRun(n + 1, { fa2: [value, 1_000] }));
    expect(windowOf(runs, { window: 10 }).history?.noise[0]).toMatchObject({ betweenDf: 3 + 4 });
  });

  it("says of a series that shifted twice how it shifted last", () => {
    const runs = Array.from({ length: 24 }, (_, n) => aRun(n + 1, { fa2: scattered(n < 8 ? 1_000 : n < 16 ? 800 : 900, 0.002, n, 1) }));
    expect(windowOf(runs, { window: 10 }).history?.notes).toEqual([
      expect.stringMatching(/^output_throughput of .* shifted by \+12\.[0-9]% on the base branch with run run-17 of 2026-10-17$/) as string,
    ]);
  });
});
