import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CellRecord, ContainerImage, RunRecord } from "../../src/model/index.ts";
import { problemText } from "../../src/model/index.ts";
import { merge, parseRecord } from "../../src/record/index.ts";
import { aCell, aCrash, aRecord, cellOf } from "../fakes/records.ts";

const VALUES = ["on", "off", "auto"] as const;

function merged(...records: readonly RunRecord[]): RunRecord {
  const [first, ...rest] = records;
  if (first === undefined) throw new Error("nothing to merge");
  return rest.reduce((whole, next) => {
    const both = merge(whole, next);
    if (!both.ok) throw new Error(both.problems.map((problem) => problemText(problem)).join("\n"));
    return both.value;
  }, first);
}

function refusal(a: RunRecord, b: RunRecord): string[] {
  const both = merge(a, b);
  return both.ok ? [] : both.problems.map((problem) => problemText(problem));
}

/** Order of cells, axes and checks carries no meaning. */
function inOrder(record: RunRecord): unknown {
  const byId = <T extends { cell: { id: string } }>(list: readonly T[]): T[] =>
    [...list].sort((a, b) => a.cell.id.localeCompare(b.cell.id));
  const axes = Object.entries(record.run.axes).map(([id, values]) => [id, [...values].sort()] as const);
  return {
    ...record,
    run: { ...record.run, axes: Object.fromEntries(axes.sort(([a], [b]) => a.localeCompare(b))), checks: [...record.run.checks].sort() },
    cells: byId(record.cells),
    skipped: byId(record.skipped),
  };
}

const cell = (value: string, ...launches: readonly number[]): CellRecord =>
  aCell({ "piecewise-cuda-graph": value }, ...launches.map((number) => ({ number })));

describe("merging records", () => {
  it("joins the cells of two shards", () => {
    const whole = merged(aRecord({ cells: [cell("on", 1)] }), aRecord({ cells: [cell("off", 1)] }));
    expect(whole.cells.map((one) => one.cell.id)).toEqual(["sglang/piecewise-cuda-graph=on", "sglang/piecewise-cuda-graph=off"]);
    expect(parseRecord(JSON.stringify(whole), "record.json").ok).toBe(true);
  });

  it("joins the launches of one cell by number", () => {
    const whole = merged(aRecord({ cells: [cell("on", 2)] }), aRecord({ cells: [cell("on", 1, 3)] }));
    expect(whole.cells[0]?.launches.map((launch) => launch.number)).toEqual([1, 2, 3]);
  });

  it("changes nothing when a record is merged with itself", () => {
    const record = aRecord();
    expect(merged(record, record)).toEqual(record);
  });

  it("prefers a launch that ended to the same launch interrupted", () => {
    const cut = aRecord({
      state: "interrupted",
      cells: [aCell({ "piecewise-cuda-graph": "on" }, { checks: [], outcome: { state: "interrupted", during: "weights" } })],
    });
    for (const whole of [merged(cut, aRecord({ cells: [cell("on", 1)] })), merged(aRecord({ cells: [cell("on", 1)] }), cut)])
      expect(whole).toMatchObject({ state: "interrupted", cells: [{ launches: [{ outcome: { state: "measured" } }] }] });
  });

  it("refuses two measurements of one launch rather than lose one", () => {
    const crashed = aRecord({ cells: [aCell({ "piecewise-cuda-graph": "on" }, aCrash("nccl"))] });
    expect(refusal(aRecord({ cells: [cell("on", 1)] }), crashed)).toEqual([
      "sglang/piecewise-cuda-graph=on: both records hold launch 1 of this cell, with different results\n" +
        "    Merge shards of one run; to compare two runs, use `servegate compare BASE HEAD`.",
    ]);
  });

  it("counts a cell as skipped only where no shard planned to run it", () => {
    const skipped = (value: string) =>
      ({ cell: cellOf({ "piecewise-cuda-graph": value }), kind: "excluded", reason: "in another job" }) as const;
    const whole = merged(
      aRecord({ cells: [cell("on", 1)], skipped: [skipped("off"), skipped("auto")] }),
      aRecord({ cells: [cell("off", 1)], skipped: [skipped("on"), skipped("auto")] }),
    );
    expect(whole.skipped.map((one) => one.cell.id)).toEqual(["sglang/piecewise-cuda-graph=auto"]);
  });

  it("keeps a reason of the cell's own rather than that another job runs it", () => {
    const cell = cellOf({ "piecewise-cuda-graph": "auto" });
    const left = aRecord({ skipped: [{ cell, kind: "other-job", reason: "another job runs it" }] });
    const unsupported = aRecord({ skipped: [{ cell, kind: "unsupported", reason: "no such value in this version" }] });
    for (const whole of [merged(left, unsupported), merged(unsupported, left)]) expect(whole.skipped[0]?.kind).toBe("unsupported");
  });

  it("is interrupted when a part is, and finished last when the last part was", () => {
    const early = aRecord({ cells: [cell("on", 1)], finishedAt: "2026-11-21T10:10:00.000Z" });
    const cut = aRecord({ cells: [cell("off", 1)], state: "interrupted", finishedAt: "2026-11-21T10:20:00.000Z" });
    expect(merged(early, cut)).toMatchObject({ state: "interrupted", finishedAt: "2026-11-21T10:20:00.000Z" });
  });

  it("lists the GPUs of every runner, and the looser isolation", () => {
    const on = (uuid: string, isolation: "sealed" | "tracked"): RunRecord => {
      const { machine } = aRecord();
      return aRecord({ machine: { ...machine, isolation, driver: `580.${uuid}`, gpus: machine.gpus.map((gpu) => ({ ...gpu, uuid })) } });
    };
    expect(merged(on("B", "sealed"), on("A", "tracked")).machine).toMatchObject({
      gpus: [{ uuid: "A" }, { uuid: "B" }],
      driver: "580.A + 580.B",
      isolation: "tracked",
    });
  });

  it("knows an image by its digest in the registry, and not by the ids that two machines gave what they built", () => {
    const on = (image: ContainerImage): RunRecord => aRecord({ run: { image } });
    const image = { name: "engine:1", digest: "sha256:1" };
    expect(merged(on(image), on({ name: "engine:1" })).run.image).toEqual(image);
    expect(merged(on({ name: "engine:1" }), on(image)).run.image).toEqual(image);
    expect(merged(on({ name: "engine:1", id: "a" }), on({ name: "engine:1", id: "b" })).run.image).toEqual({ name: "engine:1" });
    expect(refusal(on(image), on({ ...image, digest: "sha256:2" }))).toEqual([
      "run.image.digest: the records differ in the image's digest: sha256:1 and sha256:2\n    A tag was moved between the shards; name the image by its digest.",
    ]);
  });

  it("says every reason why two records do not belong together", () => {
    const { machine, run } = aRecord();
    const other = aRecord({
      machine: { ...machine, gpus: machine.gpus.map((gpu) => ({ ...gpu, name: "NVIDIA H200" })) },
      run: {
        simulated: true,
        engine: { id: "sglang", version: "0.5.19" },
        model: "Qwen/Qwen3-30B",
        harness: { name: "servegate", version: "1.0.0" },
        gates: [],
        source: { headSha: "b" },
      },
    });
    expect(refusal(aRecord({ run: { ...run, source: { headSha: "a" } } }), other)).toMatchInlineSnapshot(`
      [
        "run.simulated: the records differ in being simulated: false and true
          A rehearsal measures nothing real.",
        "run.engine.version: the records differ in the engine's version: 0.5.18 and 0.5.19",
        "run.model: the records differ in the model: Qwen/Qwen3-8B and Qwen/Qwen3-30B",
        "run.harness.version: the records differ in the major version of Servegate: 0 and 1",
        "run.gates: the records differ in their gates: output_throughput drops no more than 3% and none
          Shards of one run share one configuration.",
        "run.source.headSha: the records differ in their headSha: a and b",
        "machine.gpus: the records were made on different GPUs: NVIDIA B200 and NVIDIA H200",
      ]
    `);
  });

  it("fills in what one shard could not find out", () => {
    const blind = aRecord({ run: { engine: { id: "sglang" } } });
    expect(merged(blind, aRecord()).run.engine).toEqual({ id: "sglang", version: "0.5.18" });
  });

  it("gives the same whole in any order and grouping", () => {
    const shard = fc.record({
      values: fc.subarray([...VALUES], { minLength: 0 }),
      launches: fc.subarray([1, 2, 3], { minLength: 1 }),
      skipped: fc.subarray([...VALUES]),
      id: fc.constantFrom("run-1", "run-2"),
      startedAt: fc.constantFrom("2026-11-21T10:00:00.000Z", "2026-11-21T11:00:00.000Z"),
      version: fc.constantFrom("0.1.0", "0.9.1", "0.10.0"),
      state: fc.constantFrom("finished" as const, "interrupted" as const),
      interrupted: fc.constantFrom(undefined, "weights" as const, "graphs" as const),
      reason: fc.constantFrom("excluded", "in another job"),
    });
    const records = shard.map((drawn): RunRecord => {
      const outcome = drawn.interrupted === undefined ? {} : ({ outcome: { state: "interrupted", during: drawn.interrupted } } as const);
      return aRecord({
        run: {
          id: drawn.id,
          startedAt: drawn.startedAt,
          harness: { name: "servegate", version: drawn.version },
          checks: [...drawn.values],
        },
        cells: drawn.values.map((value) =>
          aCell({ "piecewise-cuda-graph": value }, ...drawn.launches.map((number) => ({ number, ...outcome }))),
        ),
        skipped: drawn.skipped.map((value) => ({
          cell: cellOf({ "piecewise-cuda-graph": value }),
          kind: "excluded",
          reason: drawn.reason,
        })),
        state: drawn.state,
      });
    });
    fc.assert(
      fc.property(records, records, records, (a, b, c) => {
        expect(inOrder(merged(a, b))).toEqual(inOrder(merged(b, a)));
        expect(inOrder(merged(merged(a, b), c))).toEqual(inOrder(merged(a, merged(b, c))));
        expect(parseRecord(JSON.stringify(merged(a, b, c)), "record.json").ok).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
