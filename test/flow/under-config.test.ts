import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { prepareText, systemClock, underConfig, type Prepared } from "../../src/flow/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";

const TRUSTED = `version: 1
engine: sglang
engine-version: "0.5.18"
model: Qwen/Qwen3-8B
launches: 3
matrix: { custom-all-reduce: [on, off], exclude: [{ custom-all-reduce: on }] }
gates: [accuracy >= 90%]
accuracy: [{ dataset: arithmetic, questions: 20 }]
expected-failures:
  - { when: { custom-all-reduce: off }, class: nccl, issue: "https://github.com/o/r/issues/1", expires: 2027-01-01 }
`;

async function trusted(): Promise<Prepared> {
  const request = { file: "servegate.yml", baseDir: "/", site: { rehearsal: [] }, askVersion: false };
  const read = await prepareText(TRUSTED, request, { clock: systemClock, signal: new AbortController().signal, env: {} });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

/** What a fork may send: its own gates, its own checks, and as many launches as suit it. */
function sent(over: Partial<RunRecord["run"]> = {}): RunRecord {
  const record = aRecord({ cells: [] });
  const run = { ...record.run, engine: { id: "sglang", version: "0.5.18" }, model: "Qwen/Qwen3-8B", simulated: false } as const;
  return { ...record, run: { ...run, launches: 1, gates: [], checks: [], expectedFailures: [], axes: {}, ...over } };
}

describe("a record put under a trusted configuration", () => {
  it("is judged by the configuration's gates, checks, axes, launches and expected failures", async () => {
    const prepared = await trusted();
    const put = underConfig(sent(), prepared, "2026-11-22");
    if (!put.ok) throw new Error(JSON.stringify(put.problems));
    const { run } = put.value;
    expect(run).toMatchObject({ launches: 3, today: "2026-11-22", checks: ["smoke", "accuracy"] });
    expect(run.axes).toEqual({ "custom-all-reduce": ["on", "off"] });
    expect(run.gates.map(({ text }) => text)).toEqual(["accuracy >= 90%"]);
    expect(run.expectedFailures.map((entry) => entry.class)).toEqual(["nccl"]);
  });

  it("judges the expiry of expected failures by the day of the publisher, whatever day the record claims", async () => {
    const prepared = await trusted();
    const crash = aCrash("nccl");
    const cell = aCell({ "custom-all-reduce": "off" }, crash);
    const planned = prepared.plan.cells.find((each) => each.cell.axes["custom-all-reduce"] === "off")?.cell;
    const forged = { ...sent({ today: "2026-11-22" }), cells: [{ ...cell, cell: planned ?? cell.cell }] };
    const classOn = (today: string): string | undefined => {
      const put = underConfig(forged, prepared, today);
      return put.ok ? judge(put.value, compare(put.value, { missing: "-" }), []).cells[0]?.class : undefined;
    };
    expect([classOn("2027-01-01"), classOn("2027-01-02")]).toEqual(["expected-failure", "broken"]);
  });

  it("believes no override that the record brings along", async () => {
    const override = { by: "me", url: "", at: "2026-11-21T10:00:00Z", headSha: "1234567", rows: ["x"], reason: "because" };
    const put = underConfig({ ...sent(), overrides: [override] }, await trusted(), "2026-11-22");
    expect(put.ok && put.value).not.toHaveProperty("overrides");
  });

  it("shows a cell that it left out as one without a launch, and keeps it from passing", async () => {
    const put = underConfig(sent(), await trusted(), "2026-11-22");
    if (!put.ok) throw new Error(JSON.stringify(put.problems));
    expect(put.value.cells.map(({ cell, launches }) => [cell.id, launches])).toEqual([["sglang/custom-all-reduce=off", []]]);
    expect(put.value.skipped.map(({ cell, kind }) => [cell.id, kind])).toEqual([["sglang/custom-all-reduce=on", "excluded"]]);
    const verdict = judge(
      put.value,
      { baseline: { state: "none", reason: "none" }, changes: [], newCells: [], missingCells: [], before: {} },
      [],
    );
    expect(verdict.exitCode).not.toBe(0);
  });

  it("loses what only its own configuration says was skipped", async () => {
    const prepared = await trusted();
    const [planned] = prepared.plan.cells;
    if (planned === undefined) throw new Error("the configuration plans a cell");
    const hidden = { ...sent(), skipped: [{ cell: planned.cell, kind: "excluded", reason: "I would rather not" }] } as const;
    const put = underConfig(hidden, prepared, "2026-11-22");
    expect(put.ok && put.value.skipped.map(({ cell }) => cell.id)).toEqual(["sglang/custom-all-reduce=on"]);
  });

  it.each([
    ["engine", { engine: { id: "vllm" } }, 'the record says engine "vllm", and servegate.yml says "sglang"'],
    ["model", { model: "other" }, 'the record says model "other", and servegate.yml says "Qwen/Qwen3-8B"'],
    ["simulation", { simulated: true }, 'the record says simulated "true", and servegate.yml says "false"'],
  ] as const)("is refused when it is of another %s", async (_, over, message) => {
    const put = underConfig(sent(over), await trusted(), "2026-11-22");
    expect(put.ok ? [] : put.problems.map((problem) => problem.message)).toEqual([message]);
  });
});
