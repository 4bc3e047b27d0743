import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { conclude } from "../../src/flow/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { Override, RunRecord, Verdict } from "../../src/model/index.ts";
import { formatOf } from "../../src/report/index.ts";
import { aCell, aRecord, smoke, throughput } from "../fakes/records.ts";

const CELL = "sglang/kv-cache-dtype=fp8";
const HEAD = "1a2b3c4d".padEnd(40, "0");
const limit = { kind: "limit", metric: "output_throughput", operator: ">", limit: { value: 1_000, unit: "tokens/s" } } as const;
const by: Override = {
  by: "alice",
  url: "https://github.example/1",
  at: "2026-11-21T10:00:00Z",
  headSha: HEAD,
  rows: [CELL],
  reason: "known cost",
};

function slow(overrides: readonly Override[], headSha = HEAD): RunRecord {
  return aRecord({
    run: {
      axes: { "kv-cache-dtype": ["auto", "fp8"] },
      gates: [{ ...limit, text: "output_throughput > 1000 tokens/s" }],
      source: { headSha },
    },
    cells: [
      aCell({ "kv-cache-dtype": "auto" }, { checks: [smoke(), throughput([1_200])] }),
      aCell({ "kv-cache-dtype": "fp8" }, { checks: [smoke(), throughput([800])] }),
    ],
    overrides,
  });
}

function verdict(record: RunRecord): Verdict {
  return judge(record, compare(record, { missing: "-" }), []);
}

describe("an override", () => {
  it("sets the rows that it names aside, and the report says who, for which commit and why", () => {
    expect(verdict(slow([])).class).toBe("regression");
    for (const rows of [[CELL], [`${CELL}:output_throughput`]]) {
      const record = slow([{ ...by, rows }]);
      expect(verdict(record)).toMatchObject({ class: "pass", exitCode: 0 });
      const text = formatOf("markdown").render(conclude(record, { missing: "-" }).view);
      expect(text).toMatch(/overridden by @.?alice for [^:]{10,20}: known cost/);
    }
  });

  it("holds for nothing that it does not name", () => {
    for (const rows of [[`${CELL}:ttft_p50`], ["sglang/kv-cache-dtype=auto"], ["sglang/kv-cache-dtype"]])
      expect(verdict(slow([{ ...by, rows }])).class).toBe("regression");
    for (const row of ["sglang/nothing", `${CELL}:no_such_metric`])
      expect(verdict(slow([{ ...by, rows: [row] }])).warnings.join()).toContain(`It names ${row}, which this run does not have`);
  });

  it("is void after a push, and for a run whose commit nobody knows", () => {
    const pushed = verdict(slow([by], "f".repeat(40)));
    expect(pushed.class).toBe("regression");
    expect(pushed.warnings.join()).toContain("The override by @alice is void: it is for 1a2b3c4d0000, not for this commit");
    // A second commit with the same first digits costs minutes to make.
    expect(verdict(slow([{ ...by, headSha: HEAD.slice(0, 12) }])).class).toBe("regression");
    const { source: _source, ...run } = slow([by]).run;
    expect(verdict({ ...slow([by]), run }).class).toBe("regression");
  });

  it("counts for nothing where it was refused, and says why", () => {
    const refused = verdict(slow([{ ...by, refused: "@alice has no write permission" }]));
    expect(refused.class).toBe("regression");
    expect(refused.warnings.join()).toContain("An override is not used: @alice has no write permission");
  });

  it("accepts the crash of a cell that it names as a whole, and not evidence that is missing", () => {
    const crashed = aCell(
      { "kv-cache-dtype": "fp8" },
      { outcome: { state: "failed", failure: { kind: "spawn", message: "no" } }, checks: [] },
    );
    const record = (cell: typeof crashed): RunRecord => ({ ...slow([by]), cells: [slow([]).cells[0] ?? crashed, cell] });
    expect(verdict(record(crashed)).cells[1]).toMatchObject({
      class: "expected-failure",
      reason: expect.stringContaining("overridden by @alice"),
    });
    expect(verdict({ ...record(crashed), overrides: [{ ...by, rows: [`${CELL}:output_throughput`] }] }).cells[1]?.class).toBe("broken");
    expect(verdict(record({ ...crashed, launches: [] })).class).toBe("inconclusive");
  });
});
