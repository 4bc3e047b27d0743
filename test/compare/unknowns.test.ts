import { describe, expect, it } from "vitest";
import { compare, windowOf } from "../../src/compare/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";

const on = { "piecewise-cuda-graph": "on" };
const dry = "0123456789abcdef";

/** A run in which the cell broke with this unknown error. */
function broke(startedAt: string, fingerprint = dry): RunRecord {
  const crash = aCrash("unknown");
  const diagnosis = { ...(crash.diagnosis ?? fail()), fingerprint };
  return aRecord({ run: { id: `run-${startedAt}`, startedAt }, cells: [aCell(on, { ...crash, diagnosis })] });
}

function fail(): never {
  throw new Error("the fake crash has no diagnosis");
}

const notes = (head: RunRecord, base: RunRecord | { missing: string }): readonly string[] => compare(head, base).notes ?? [];

describe("an error that no signature knows", () => {
  const head = broke("2026-11-20T08:00:00Z");

  it("is counted over the runs of a history", () => {
    const runs = [
      broke("2026-11-02T08:00:00Z"),
      aRecord({ run: { id: "well", startedAt: "2026-11-03T08:00:00Z" }, cells: [aCell(on)] }),
      broke("2026-11-04T08:00:00Z", "ffffffffffffffff"),
      broke("2026-11-09T08:00:00Z"),
    ];
    const base = windowOf(runs, { window: 5 });
    expect(base.history?.unknowns?.map((row) => [row.fingerprint, row.runs])).toEqual([
      [dry, 2],
      ["ffffffffffffffff", 1],
    ]);
    expect(notes(head, base)).toContain(
      `The unrecognised error ${dry} of sglang/piecewise-cuda-graph=on was seen before: in 2 of the baseline's 4 runs, first on 2026-11-02, last on 2026-11-09`,
    );
  });

  it("is called new where the baseline never had it, and known where its one run had", () => {
    expect(notes(head, broke("2026-11-02T08:00:00Z", "ffffffffffffffff"))).toContain(
      `The unrecognised error ${dry} of sglang/piecewise-cuda-graph=on is new: the baseline never had it`,
    );
    expect(notes(head, broke("2026-11-02T08:00:00Z"))).toContain(
      `The unrecognised error ${dry} of sglang/piecewise-cuda-graph=on was seen before: in 1 of the baseline's 1 run, on 2026-11-02`,
    );
  });

  it("is named without a baseline too", () => {
    expect(notes(head, { missing: "none" })).toContain(
      `The unrecognised error ${dry} of sglang/piecewise-cuda-graph=on cannot be looked up: there is no baseline`,
    );
  });
});
