import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { conclude } from "../../src/flow/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { Gate, RunRecord, Verdict } from "../../src/model/index.ts";
import { formats } from "../../src/report/index.ts";
import { aCell, aRecord, smoke, throughput } from "../fakes/records.ts";

const limit = { kind: "limit", metric: "output_throughput", operator: ">", limit: { value: 1_000, unit: "tokens/s" } } as const;

/** Two cells below the limit; `fp8` by more. */
function slow(gates: readonly Gate[], run: Partial<RunRecord["run"]> = {}): RunRecord {
  const cells = { auto: 900, fp8: 800 };
  return aRecord({
    run: { axes: { "kv-cache-dtype": Object.keys(cells) }, gates, ...run },
    cells: Object.entries(cells).map(([value, speed]) => aCell({ "kv-cache-dtype": value }, { checks: [smoke(), throughput([speed])] })),
  });
}

function verdict(record: RunRecord): Verdict {
  return judge(record, compare(record, { missing: "none was asked for" }), []);
}

const quarantine = { owner: "@perf", issue: "https://example.com/7", expires: "2026-12-31" };

describe("a gate", () => {
  it("judges only the cells that it picks", () => {
    const { gates, cells } = verdict(slow([{ ...limit, text: "one", when: { "kv-cache-dtype": "fp8" } }]));
    expect(gates[0]?.rows.map((row) => row.cell)).toEqual(["sglang/kv-cache-dtype=fp8"]);
    expect(cells.map((cell) => cell.class)).toEqual(["pass", "regression"]);
  });

  it("judges only the workloads that it picks, and is undecided where none was measured", () => {
    const of = (concurrency: number): unknown =>
      verdict(slow([{ ...limit, text: "one", workload: { concurrency } }])).gates[0]?.rows.map((row) => row.status);
    expect([of(1), of(64)]).toEqual([
      ["failed", "failed"],
      ["inconclusive", "inconclusive"],
    ]);
  });

  it("judges a workload whose name says nothing of what is picked", () => {
    const check = throughput([900]);
    const named = { ...check, metrics: check.metrics.map((value) => ({ ...value, workload: "my load" })) };
    const gates: Gate[] = [{ ...limit, text: "one", workload: { concurrency: 64 } }];
    expect(verdict(aRecord({ run: { axes: {}, gates }, cells: [aCell({}, { checks: [smoke(), named] })] })).class).toBe("regression");
  });

  it("tests nothing where no cell that it picks served", () => {
    const { gates } = verdict(slow([{ ...limit, text: "one", when: { "kv-cache-dtype": "fp4" } }]));
    expect(gates[0]).toMatchObject({ status: "not-tested", reason: "no cell that it judges served" });
  });
});

describe("a gate that informs", () => {
  const informing = { ...limit, text: "output_throughput > 1000 tokens/s", informs: true } as const;

  it("blocks nothing and is warned of with what it found", () => {
    const found = verdict(slow([informing]));
    expect(found).toMatchObject({ class: "pass", exitCode: 0 });
    expect(found.gates[0]).toMatchObject({ status: "not-tested", rows: [{ status: "failed" }, { status: "failed" }] });
    expect(found.warnings.join()).toMatch(
      /`output_throughput > 1000 tokens\/s` fails and does not block \(it informs only\): .* and 1 more row\./,
    );
  });

  it("is a failure in no report, and its sentence stands in each", () => {
    const { view } = conclude(slow([informing]), { missing: "none was asked for" });
    expect(view.gates[0]?.rows.map((row) => [row.status, row.word])).toEqual([
      ["not-tested", "informs"],
      ["not-tested", "informs"],
    ]);
    const junit = formats.find((format) => format.id === "junit")?.render(view) ?? "";
    expect(junit).toContain("breaks &gt; 1000 tokens/s");
    expect(junit).not.toContain("<failure");
  });

  it("does not lend its rows to the correction over the matrix", () => {
    const relative: Gate = {
      kind: "relative",
      text: "drops",
      metric: "output_throughput",
      worse: "drops",
      margins: [{ value: 3, unit: "%" }],
    };
    const run = (gates: readonly Gate[], speeds: readonly number[]): RunRecord =>
      aRecord({ run: { axes: {}, gates }, cells: [aCell({}, ...speeds.map((speed) => ({ checks: [smoke(), throughput([speed])] })))] });
    const both = [{ ...relative, text: "drops, informs", informs: true } as const, relative];
    const head = run(both, [925, 940, 932]);
    expect(judge(head, compare(head, run(both, [990, 1_000, 1_010])), []).class).toBe("regression");
  });
});

describe("a quarantine", () => {
  const gate: Gate = { ...limit, text: "output_throughput > 1000 tokens/s", quarantine };

  it("informs until its last day, and names its owner and issue", () => {
    const found = verdict(slow([gate], { today: "2026-12-31" }));
    expect(found.class).toBe("pass");
    expect(found.warnings.join()).toContain("quarantined until 2026-12-31 by @perf, https://example.com/7");
  });

  it("decides again the day after, and says so", () => {
    const found = verdict(slow([gate], { today: "2027-01-01" }));
    expect(found.class).toBe("regression");
    expect(found.warnings.join()).toContain("The quarantine of `output_throughput > 1000 tokens/s` expired on 2026-12-31");
  });
});

describe("the advisory period of a new cell", () => {
  const gate: Gate = { ...limit, text: "output_throughput > 1000 tokens/s" };
  const judged = (runs: number, advisory?: number): Verdict => {
    const record = slow([gate], advisory === undefined ? {} : { advisory });
    const served = Object.fromEntries(record.cells.map((cell) => [cell.cell.id, runs]));
    return judge(record, { ...compare(record, { missing: "-" }), runsServed: served }, []);
  };

  it("lasts until it has served in so many runs of the history", () => {
    expect([judged(4, 5).class, judged(5, 5).class]).toEqual(["pass", "regression"]);
    expect(judged(1, 5).warnings.join()).toContain("a new cell: it served in 1 of the 5 runs after which its gates decide");
  });

  it("does not exist where none is configured, or where the baseline is no history", () => {
    expect(judged(0).class).toBe("regression");
    expect(verdict(slow([gate], { advisory: 5 })).class).toBe("regression");
  });
});
