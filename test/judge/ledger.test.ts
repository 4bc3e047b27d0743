import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { CellRecord, ExpectedFailure, RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";

const entry: ExpectedFailure = {
  when: { "custom-all-reduce": "on" },
  class: "nccl",
  versions: ">=0.5.9,<0.6",
  issue: "https://example.com/1",
  expires: "2027-01-31",
};

function classes(cell: CellRecord, version: string | undefined): readonly string[] {
  const record: RunRecord = aRecord({
    run: {
      axes: { "custom-all-reduce": ["on"] },
      gates: [],
      expectedFailures: [entry],
      engine: { id: "sglang", ...(version === undefined ? {} : { version }) },
    },
    cells: [cell],
  });
  return judge(record, compare(record, { missing: "-" }), []).cells.map((one) => one.class);
}

describe("an expected failure that names a range of versions", () => {
  const crash = aCell({ "custom-all-reduce": "on" }, aCrash("nccl"));
  const served = aCell({ "custom-all-reduce": "on" });

  it.each([
    ["0.5.9", "expected-failure"],
    ["0.5.18+cu130", "expected-failure"],
    ["0.5.8", "broken"],
    ["0.6.0", "broken"],
    [undefined, "broken"],
  ])("holds for an engine within it: %s", (version, expected) => expect(classes(crash, version)).toEqual([expected]));

  it("is no alarm where a version outside the range serves, and one inside it", () => {
    expect(classes(served, "0.6.0")).toEqual(["pass"]);
    expect(classes(served, "0.5.18")).toEqual(["unexpected-pass"]);
  });
});
