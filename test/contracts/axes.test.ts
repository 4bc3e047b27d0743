import { validRange } from "@renovatebot/pep440";
import { describe, expect, it } from "vitest";
import { type Axis, type RealEngine, allows, axes, axisById, carry } from "../../src/axes/index.ts";
import { flagUses } from "../../src/engines/index.ts";

const VERSIONS: Readonly<Record<RealEngine, readonly (string | undefined)[]>> = {
  sglang: [undefined, "0.5.3", "0.5.4", "0.5.4.post1", "0.5.9", "0.5.10", "0.5.14", "0.5.15", "0.5.18", "0.5.20", "0.6.0.dev7+gabc"],
  vllm: [undefined, "0.11.0", "0.12.0", "0.13.0", "0.15.1", "0.22.0", "0.28.0", "0.33.0", "0.34.0rc1.dev2+g12.cu130"],
  transformers: [undefined, "5.23.0"],
  command: [undefined],
};
const GIVEN = [
  {},
  { "piecewise-cuda-graph": "on" },
  { "piecewise-cuda-graph": "off" },
  { "continuous-batching": "on" },
  { "continuous-batching": "off" },
];
const valuesOf = (axis: Axis): readonly string[] => ("pattern" in axis.values ? [axis.values.example] : axis.values);
const enginesOf = (axis: Axis): RealEngine[] => Object.keys(axis.engines) as RealEngine[];

describe.each(axes)("the axis $id", (axis) => {
  const tried = enginesOf(axis).flatMap((engine) =>
    valuesOf(axis).flatMap((value) =>
      VERSIONS[engine].flatMap((version) =>
        GIVEN.map((given) => ({ engine, value, version, carried: carry(axis, value, engine, version, given) })),
      ),
    ),
  );
  const carried = tried.flatMap((item) => (item.carried.ok ? [{ ...item, ...item.carried }] : []));

  it("carries out every value in some version of some engine", () => {
    expect(valuesOf(axis).filter((value) => !carried.some((item) => item.value === value))).toEqual([]);
  });

  it("permits no code out of a model's repository", () => {
    expect(carried.filter((item) => /trust[-_]remote[-_]code/i.test(JSON.stringify(item)))).toEqual([]);
  });

  it("says where each translation is known from, or why there is none", () => {
    expect(carried.filter((item) => item.source.length < 5)).toEqual([]);
    expect(tried.filter((item) => !item.carried.ok && item.carried.reason.length < 10)).toEqual([]);
  });

  it("sets no flag twice", () => {
    const doubled = carried.filter(({ carrying, engine }) => {
      const names = flagUses(carrying.args, engine).map(({ name }) => name);
      return new Set(names).size < names.length;
    });
    expect(doubled).toEqual([]);
  });

  it("proves a value with patterns that compile and can show that value", () => {
    const readings = carried.flatMap(({ value, carrying }) => (carrying.proof?.readings ?? []).map((reading) => ({ value, ...reading })));
    for (const { pattern } of readings) expect(() => new RegExp(pattern)).not.toThrow();
    const blind = carried.filter(({ value, carrying }) => {
      const list = carrying.proof?.readings ?? [];
      return (
        list.length > 0 &&
        carrying.proof?.silenceProves !== true &&
        !list.some(({ resolved }) => resolved === value || resolved.includes("$1"))
      );
    });
    expect(blind.map(({ value, engine, version }) => `${engine} ${version} ${value}`)).toEqual([]);
  });

  it("has a reference value of its own, and refuses values that are not", () => {
    expect(allows(axis, axis.reference)).toBe(true);
    for (const value of ["", "perhaps", "-1", "1e9", "__proto__", "constructor"]) {
      expect(enginesOf(axis).map((engine) => carry(axis, value, engine).ok)).not.toContain(true);
    }
  });

  it("writes version ranges that are valid", () => {
    const ranges = enginesOf(axis).flatMap((engine) => (axis.engines[engine] ?? []).flatMap(({ versions }) => versions ?? []));
    expect(ranges.filter((range) => !validRange(range))).toEqual([]);
  });
});

describe("axes", () => {
  it("have names that differ", () => {
    expect(new Set(axes.map(({ id }) => id)).size).toBe(axes.length);
  });

  it("treat a development build as the release it leads to", () => {
    const axis = axisById("piecewise-cuda-graph");
    if (axis === undefined) throw new Error("the shelf lost an axis");
    const args = (version: string) => {
      const found = carry(axis, "off", "sglang", version);
      return found.ok ? found.carrying.args : found.reason;
    };
    expect(args("0.5.14.dev12+gabc")).toEqual(["--cuda-graph-backend-prefill=disabled"]);
    expect(args("0.5.10rc1")).toEqual(["--disable-piecewise-cuda-graph"]);
    expect(args("not a version")).toEqual(["--cuda-graph-backend-prefill=disabled"]);
  });
});
