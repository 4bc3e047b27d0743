import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { axes, carry } from "../../src/axes/index.ts";
import type { Axis, RealEngine } from "../../src/axes/index.ts";
import { flagUses, parseHelp, refusal, retired, isAtLeast } from "../../src/engines/index.ts";

const HELP = resolve(import.meta.dirname, "../corpus/help");
const installed = readdirSync(HELP)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => {
    const [engine, version] = name.replace(/\.txt$/, "").split("-") as [RealEngine, string];
    const help = parseHelp(readFileSync(join(HELP, name), "utf8"));
    if (help === undefined) throw new Error(`${name} is no help`);
    return { engine, version, help };
  });
const GIVEN = [{}, { "piecewise-cuda-graph": "on" }, { "piecewise-cuda-graph": "off" }, { "custom-all-reduce": "off" }];
const valuesOf = (axis: Axis): readonly string[] => ("pattern" in axis.values ? [axis.values.example] : axis.values);

describe.each(installed)("the help of $engine $version", ({ engine, version, help }) => {
  it("knows every flag and every choice that any axis writes for this version", () => {
    const wrong = axes.flatMap((axis) =>
      valuesOf(axis).flatMap((value) =>
        GIVEN.flatMap((given) => {
          const carried = carry(axis, value, engine, version, given);
          if (!carried.ok) return [];
          const reasons = flagUses(carried.carrying.args, engine).flatMap((use) => refusal(use, help, engine)?.reason ?? []);
          return reasons.map((reason) => `${axis.id}=${value}: ${reason}`);
        }),
      ),
    );
    expect([...new Set(wrong)]).toEqual([]);
  });

  it("has lost every flag that is said to be gone by then, and lists those that replace them", () => {
    const gone = retired.filter((item) => item.engine === engine && isAtLeast(version, item.since));
    const flags = gone.filter(({ name }) => name.startsWith("-"));
    expect(flags.filter(({ name }) => help.flags.has(name)).map(({ name }) => name)).toEqual([]);
    const replacements = gone.flatMap(({ instead }) => flagUses([instead], engine).map((use) => refusal(use, help, engine)?.reason ?? []));
    expect(replacements.flat()).toEqual([]);
  });
});

describe("parseHelp", () => {
  it("reads spellings, choices and deprecation, and nothing from a usage line or a description", () => {
    const lines = [
      "usage: x [-h] [--only-in-usage {a,b}]",
      "",
      "options:",
      "  -h, --help            show this",
      "  --tp-size TP, --tensor-parallel-size TP",
      "                        Ranks. See --not-a-flag {x,y}.",
      "  --mode {fast,slow}    How.",
      "  --old                 [Deprecated] Use --mode instead.",
      "  --older-flag-with-a-long-name",
      "                        Deprecated alias for --mode.",
      ...Array.from({ length: 20 }, (_, index) => `  --more-${index} N`),
    ];
    const flags = parseHelp(lines.join("\n"))?.flags;
    expect([...(flags?.keys() ?? [])].slice(0, 7)).toEqual([
      "-h",
      "--help",
      "--tp-size",
      "--tensor-parallel-size",
      "--mode",
      "--old",
      "--older-flag-with-a-long-name",
    ]);
    expect(flags?.get("--mode")).toEqual({ choices: ["fast", "slow"] });
    expect(flags?.get("--old")?.deprecated).toBe("[Deprecated] Use --mode instead.");
    expect(flags?.get("--older-flag-with-a-long-name")?.deprecated).toBe("Deprecated alias for --mode.");
  });

  it.each(["", "vllm: error: unrecognized arguments: --help=all", "  --one FLAG\n"])("takes %j for no help", (text) => {
    expect(parseHelp(text)).toBeUndefined();
  });
});
