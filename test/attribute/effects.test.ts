import { describe, expect, it } from "vitest";
import { effects } from "../../src/attribute/index.ts";
import type { CellRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

const axes = { "custom-all-reduce": ["on", "off"], "kv-cache-dtype": ["auto", "fp8"], eager: ["off", "on"] };

/** All eight cells; a cell's throughput is the product of what its values do. */
function matrix(does: Readonly<Record<string, number>>, crash: (cell: Record<string, string>) => boolean = () => false): CellRecord[] {
  return axes["custom-all-reduce"].flatMap((reduce) =>
    axes["kv-cache-dtype"].flatMap((dtype) =>
      axes.eager.map((eager, i) => {
        const values = { "custom-all-reduce": reduce, "kv-cache-dtype": dtype, eager };
        const factor = Object.entries(values).reduce((all, [axis, value]) => all * (does[`${axis}=${value}`] ?? 1), 1 + 0.001 * i);
        return crash(values)
          ? aCell(values, aCrash("nccl"))
          : aCell(values, { checks: [smoke(), throughput([1_000 * factor, 4_000 * factor])] });
      }),
    ),
  );
}

describe("the effect of a toggle", () => {
  it("is told with its size and interval, and others that do nothing are not", () => {
    const found = effects(aRecord({ run: { axes }, cells: matrix({ "custom-all-reduce=off": 0.88 }) }));
    expect(found.flatMap((each) => each.sentence ?? [])).toEqual([
      "custom-all-reduce=off instead of on: −12.0% output_throughput (4 pairs of cells, 95% interval −12.0% to −12.0%)",
    ]);
    expect(found.map(({ axis, pairs }) => [axis, pairs])).toEqual([
      ["custom-all-reduce", 4],
      ["kv-cache-dtype", 4],
      ["eager", 4],
    ]);
  });

  it("stands on the cells that serve, and does not depend on their order", () => {
    const cells = matrix({ "eager=on": 0.7 }, (cell) => cell["custom-all-reduce"] === "on" && cell["kv-cache-dtype"] === "fp8");
    const found = effects(aRecord({ run: { axes }, cells }));
    expect(found.find((each) => each.axis === "eager")).toMatchObject({ pairs: 3 });
    expect(effects(aRecord({ run: { axes }, cells: cells.toReversed() }))).toEqual(found);
  });

  it("is not what a cell lost against the baseline, unless no other cell can tell", () => {
    const cells = matrix({ "custom-all-reduce=off": 0.96 }).map((cell) =>
      cell.cell.axes["custom-all-reduce"] === "off" && cell.cell.axes["kv-cache-dtype"] === "fp8" && cell.cell.axes["eager"] === "on"
        ? { ...cell, launches: aCell(cell.cell.axes, { checks: [smoke(), throughput([600, 2_400])] }).launches }
        : cell,
    );
    const record = aRecord({ run: { axes }, cells });
    const told = (regressed?: ReadonlySet<string>): string[] => effects(record, regressed).flatMap((each) => each.sentence ?? []);
    expect(told()).toEqual([]);
    expect(told(new Set([cells.at(-1)?.cell.id ?? ""]))).toEqual([
      "custom-all-reduce=off instead of on: −4.0% output_throughput (3 pairs of cells, 95% interval −4.0% to −4.0%; a pair with a regressed cell left out)",
    ]);
    // Where all regressed the numbers at hand are these.
    expect(effects(record, new Set(cells.map(({ cell }) => cell.id)))).toEqual(effects(record));
  });

  it("is not claimed where two toggles always changed together, and the cell that would tell is named", () => {
    const cells = matrix({ "eager=on": 0.7 }).filter(
      ({ cell }) => (cell.axes["eager"] === "on") === (cell.axes["kv-cache-dtype"] === "fp8"),
    );
    const told = effects(aRecord({ run: { axes }, cells })).filter((each) => each.pairs === 0);
    expect(told.map((each) => each.sentence)).toEqual([
      expect.stringContaining("kv-cache-dtype=fp8 cannot be told from that of other toggles") as string,
      expect.stringContaining("the cell custom-all-reduce=on,kv-cache-dtype=auto,eager=on would tell") as string,
    ]);
  });

  it("is not asked of a cell that the engine makes into another: what the coupling joins stays joined", () => {
    const cells = matrix({ "eager=on": 0.7 }).filter(
      ({ cell }) => (cell.axes["eager"] === "on") === (cell.axes["kv-cache-dtype"] === "fp8"),
    );
    const skipped = matrix({})
      .map(({ cell }) => cell)
      .filter((cell) => !cells.some((each) => each.cell.id === cell.id))
      .map((cell) => ({ cell, kind: "identical" as const, reason: "eager decides the type" }));
    const told = effects(aRecord({ run: { axes }, cells, skipped })).filter((each) => each.pairs === 0);
    expect(told).toHaveLength(2);
    for (const { sentence } of told) expect(sentence).toMatch(/; no cell of this version would tell \(eager decides the type\)$/);
  });

  it("says so when it stands on a single pair", () => {
    const cells = matrix({ "eager=on": 0.7 }).slice(0, 2);
    expect(effects(aRecord({ run: { axes }, cells }))[0]?.sentence).toContain("one pair of cells, no interval");
  });
});
