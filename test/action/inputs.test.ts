import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { INPUT_NAMES, unknownInputs } from "../../src/action/input-names.ts";

const manifest = parse(readFileSync(resolve(import.meta.dirname, "../../action.yml"), "utf8")) as { inputs: Record<string, unknown> };

describe("the action's inputs", () => {
  it("are those of action.yml, no more and no fewer", () => {
    expect([...INPUT_NAMES].sort()).toEqual(Object.keys(manifest.inputs).sort());
  });

  it("are all accepted as the runner writes them", () => {
    const env = Object.fromEntries(INPUT_NAMES.map((name) => [`INPUT_${name.toUpperCase()}`, "x"]));
    expect(unknownInputs({ ...env, PATH: "/bin", OTHER: "1" })).toEqual([]);
  });

  it.each([
    ["FAIL_ON", "fail-on"],
    ["FAIL-ONN", "fail-on"],
    ["CONFIG-FILE", "config"],
    ["CONFG", "config"],
    ["TOKEN", "github-token"],
    ["GITHUB_TOKEN", "github-token"],
    ["COMMENTMODE", "comment-mode"],
    ["HEADER", "name"],
    ["MATRIX", "cell"],
    ["RECORD", "records"],
    ["ON-INFRASTRUCTURE", undefined],
    ["ZZZZZZZZ", undefined],
  ])("INPUT_%s is answered with %s", (name, meant) => {
    const [problem] = unknownInputs({ [`INPUT_${name}`]: "x" });
    expect(problem?.hint).toBe(meant === undefined ? `The inputs are ${INPUT_NAMES.join(", ")}.` : `Write "${meant}".`);
  });
});
