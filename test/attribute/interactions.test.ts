import { describe, expect, it } from "vitest";
import { interactions } from "../../src/attribute/index.ts";
import type { CellRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

const axes = { "custom-all-reduce": ["on", "off"], "kv-cache-dtype": ["auto", "fp8"], eager: ["off", "on"] };
type Values = Readonly<Record<keyof typeof axes, string>>;

/** All eight cells, each as fast as `speed` says; a little noise keeps intervals from being points. */
function matrix(speed: (values: Values) => number, crash: (values: Values) => boolean = () => false): CellRecord[] {
  let at = 0;
  return axes["custom-all-reduce"].flatMap((reduce) =>
    axes["kv-cache-dtype"].flatMap((dtype) =>
      axes.eager.map((eager) => {
        const values = { "custom-all-reduce": reduce, "kv-cache-dtype": dtype, eager };
        const factor = speed(values) * (1 + 0.0002 * ((at++ * 3) % 8));
        return crash(values)
          ? aCell(values, aCrash("nccl"))
          : aCell(values, { checks: [smoke(), throughput([1_000 * factor, 4_000 * factor])] });
      }),
    ),
  );
}

const said = (cells: readonly CellRecord[]): string[] =>
  interactions(aRecord({ run: { axes }, cells })).flatMap((each) => each.sentence ?? []);

describe("two toggles together", () => {
  it("are not spoken of where their effects multiply, and every pair is counted", () => {
    const cells = matrix((values) => (values.eager === "on" ? 0.7 : 1) * (values["kv-cache-dtype"] === "fp8" ? 1.1 : 1));
    const found = interactions(aRecord({ run: { axes }, cells }));
    expect(found.map(({ of, squares }) => [of[0].axis, of[1].axis, squares])).toEqual([
      ["custom-all-reduce", "kv-cache-dtype", 2],
      ["custom-all-reduce", "eager", 2],
      ["kv-cache-dtype", "eager", 2],
    ]);
    for (const { relative } of found) expect(Math.abs(relative)).toBeLessThan(0.005);
    expect(said(cells)).toEqual([]);
  });

  it("are told where they cost more than each alone, and other pairs are not", () => {
    const cells = matrix((values) => (values.eager === "on" && values["kv-cache-dtype"] === "fp8" ? 0.8 : 1));
    expect(said(cells)).toEqual([
      expect.stringMatching(/^kv-cache-dtype=fp8 and eager=on together: −20\.\d% output_throughput beyond/) as string,
    ]);
    expect(interactions(aRecord({ run: { axes }, cells: cells.toReversed() })).flatMap((each) => each.sentence ?? [])).toEqual(said(cells));
  });

  it("that lack a serving corner have no such number, and one square alone is not spoken of", () => {
    const cells = matrix(
      (values) => (values.eager === "on" && values["kv-cache-dtype"] === "fp8" ? 0.5 : 1),
      (values) => values["custom-all-reduce"] === "on" && values["kv-cache-dtype"] === "fp8",
    );
    const found = interactions(aRecord({ run: { axes }, cells }));
    expect(found.map(({ of, squares }) => [of[0].axis, of[1].axis, squares])).toEqual([
      ["custom-all-reduce", "eager", 1],
      ["kv-cache-dtype", "eager", 1],
    ]);
    expect(found[1]?.relative).toBeCloseTo(-0.5, 2);
    expect(found.every((each) => each.low === undefined && each.sentence === undefined)).toBe(true);
  });

  it("do not jump at noise: an interval that holds for one pair alone is not enough", () => {
    // The two squares of each pair give ratios near −4 % that differ by one point; with three pairs at once that is no longer clear.
    const cells = matrix((values) => {
      const corner = values.eager === "on" && values["kv-cache-dtype"] === "fp8";
      return corner ? (values["custom-all-reduce"] === "on" ? 0.96 : 0.955) : 1;
    });
    const [, , third] = interactions(aRecord({ run: { axes }, cells }));
    expect(third?.relative).toBeLessThan(-0.03);
    expect(third?.high).toBeGreaterThan(0);
    expect(third?.sentence).toBeUndefined();
  });
});
