import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { Answer, Gate, GateResult, LaunchRecord, MetricValue, RunRecord } from "../../src/model/index.ts";
import { aCell, aRecord, smoke, throughput } from "../fakes/records.ts";

const axes = { "piecewise-cuda-graph": ["on"] };

/** One cell with these metrics in its throughput check, one launch for each list. */
function record(gate: Gate, ...launches: readonly (readonly MetricValue[])[]): RunRecord {
  const given = launches.map((metrics): Partial<LaunchRecord> => ({ checks: [smoke(), { ...throughput([]), metrics }] }));
  return aRecord({ run: { axes, gates: [gate] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, ...given)] });
}

function value(metric: string, at: number, half: number | undefined, over: Partial<MetricValue> = {}): MetricValue {
  const unit = metric.startsWith("ttft") ? "ms" : metric === "accuracy" || metric === "error_rate" ? "percent" : "tokens/s";
  return { metric, workload: "w", value: at, unit, n: 100, ...(half === undefined ? {} : { low: at - half, high: at + half }), ...over };
}

function gateOf(head: RunRecord, base: Parameters<typeof compare>[1]): GateResult {
  const [gate] = judge(head, compare(head, base), []).gates;
  if (gate === undefined) throw new Error("the record has no gate");
  return gate;
}

const drop: Gate = {
  kind: "relative",
  text: "output_throughput drops no more than 3%",
  metric: "output_throughput",
  worse: "drops",
  margins: [{ value: 3, unit: "%" }],
};
const slow: Gate = {
  kind: "relative",
  text: "ttft_p50 rises no more than 5% and 20 ms",
  metric: "ttft_p50",
  worse: "rises",
  margins: [
    { value: 5, unit: "%" },
    { value: 0.02, unit: "s" },
  ],
};

describe("a gate against the baseline", () => {
  it.each([
    ["fails a drop that lies beyond the margin and beyond the usual noise of launches", 900, 5, "failed"],
    ["is undecided on a drop that the usual noise of launches could explain", 950, 5, "inconclusive"],
    ["is undecided where the interval holds the margin", 965, 10, "inconclusive"],
    ["passes a drop whose interval lies inside the margin", 990, 5, "passed"],
    ["passes a gain", 1_200, 5, "passed"],
    ["is undecided on a gain that is all noise", 1_010, 400, "inconclusive"],
    ["fails a bare number only far beyond the margin", 890, undefined, "failed"],
    ["does not fail a bare number near the margin", 940, undefined, "inconclusive"],
    ["never passes a bare number", 1_500, undefined, "inconclusive"],
  ] as const)("%s", (_, head, half, status) => {
    const gate = gateOf(record(drop, [value("output_throughput", head, half)]), record(drop, [value("output_throughput", 1_000, 5)]));
    expect([gate.status, gate.rows[0]?.status]).toEqual([status, status]);
  });

  it.each([
    ["fails when both are exceeded", 200, 260, 2, "failed"],
    ["passes a large share of a short time", 20, 30, 2, "passed"],
    ["passes many milliseconds of a long time", 2_000, 2_040, 10, "passed"],
    ["is undecided when neither is settled", 200, 215, 12, "inconclusive"],
  ] as const)("with two margins %s", (_, before, after, half, status) => {
    expect(gateOf(record(slow, [value("ttft_p50", after, half)]), record(slow, [value("ttft_p50", before, half)])).status).toBe(status);
  });

  it("prints what was measured, what decided, and what one launch does not cover", () => {
    const failed = gateOf(record(slow, [value("ttft_p50", 260, 2)]), record(slow, [value("ttft_p50", 200, 2)]));
    expect(failed.rows[0]?.detail).toBe(
      "ttft_p50 200.0 → 260.0 ms (+30.0%, 95% interval +28.4 to +31.7%): beyond the margin of 5% and 0.02 s; one launch per side; launch-to-launch noise is not covered",
    );
    const undecided = gateOf(record(drop, [value("output_throughput", 965, 20)]), record(drop, [value("output_throughput", 1_000, 20)]));
    expect(undecided.rows[0]?.detail).toBe(
      "output_throughput 1,000.0 → 965.0 tokens/s (−3.5%, 95% interval −6.2 to −0.7%): not decided against the margin of 3%: this comparison can show changes of about 4.0% and more; it lies too close to the margin to be settled by launches; one launch per side; launch-to-launch noise is not covered",
    );
  });

  it("counts launches where there are several", () => {
    const base = record(
      drop,
      [value("output_throughput", 1_000, 5)],
      [value("output_throughput", 1_002, 5)],
      [value("output_throughput", 998, 5)],
    );
    const head = record(drop, [value("output_throughput", 900, 5)], [value("output_throughput", 902, 5)]);
    expect(gateOf(head, base).rows[0]?.detail).toMatch(
      /^output_throughput 1,000\.0 → 901\.0 tokens\/s .* beyond the margin of 3%; 3 launches before and 2 now$/,
    );
  });

  it("judges a rate that was zero by its rise", () => {
    const rise: Gate = {
      kind: "relative",
      text: "error_rate rises no more than 1 point",
      metric: "error_rate",
      worse: "rises",
      margins: [{ value: 1, unit: "points" }],
    };
    const zero = value("error_rate", 0, undefined, { low: 0, high: 0.4 });
    expect(gateOf(record(rise, [zero]), record(rise, [zero])).status).toBe("passed");
    expect(gateOf(record(rise, [value("error_rate", 5, 1)]), record(rise, [zero])).status).toBe("failed");
    const share: Gate = { ...rise, text: "error_rate rises no more than 50%", margins: [{ value: 50, unit: "%" }] };
    expect(gateOf(record(share, [value("error_rate", 5, 1)]), record(share, [zero])).status).toBe("failed");
    expect(gateOf(record(share, [zero]), record(share, [zero])).status).toBe("inconclusive");
  });

  it("never passes when this run lacks what the baseline measured, or measured nothing it could judge", () => {
    const base = record(drop, [value("output_throughput", 1_000, 5), value("output_throughput", 5_000, 5, { workload: "v" })]);
    const lacking = gateOf(record(drop, [value("output_throughput", 1_000, 5)]), base);
    expect(lacking.rows.map(({ status, workload, detail }) => [status, workload, detail])).toEqual([
      ["inconclusive", "v", "output_throughput: not measured in this run"],
      ["passed", "w", expect.stringContaining("within the margin of 3%")],
    ]);
    const empty = gateOf(record(drop, [value("ttft_p50", 1, 1)]), { missing: "no record" });
    expect(empty.rows.map(({ status, detail }) => [status, detail])).toEqual([
      ["inconclusive", "output_throughput: not measured by this run, so this gate judged nothing"],
    ]);
  });
});

describe("accuracy against the baseline", () => {
  const gate: Gate = {
    kind: "relative",
    text: "accuracy drops no more than 1 point",
    metric: "accuracy",
    worse: "drops",
    margins: [{ value: 1, unit: "points" }],
  };
  const answered = (wrong: number, given = 200): RunRecord => {
    const answers = Array.from({ length: given }, (_, i): Answer => ({ id: `q${i}`, outcome: i < wrong ? "wrong" : "right" }));
    const metrics = [value("accuracy", (100 * (given - wrong)) / given, 3, { n: given })];
    const checks = [smoke(), { ...throughput([]), id: "accuracy", metrics, answers } as const];
    return aRecord({
      run: { axes, gates: [gate], checks: ["smoke", "accuracy"] },
      cells: [aCell({ "piecewise-cuda-graph": "on" }, { checks })],
    });
  };

  it.each([
    ["passes when every question is answered as before", 4, "passed"],
    ["passes when two of 200 are newly wrong", 6, "passed"],
    ["is undecided when five of 200 are newly wrong", 9, "inconclusive"],
    ["fails when sixteen of 200 are newly wrong", 20, "failed"],
    ["passes when all become right", 0, "passed"],
    ["passes when two become right and none wrong", 2, "passed"],
  ] as const)("%s", (_, wrong, status) => {
    expect(gateOf(answered(wrong), answered(4)).status).toBe(status);
  });

  it("does not pass while questions of the baseline went unanswered", () => {
    const [row] = gateOf(answered(0, 190), answered(0)).rows;
    expect(row).toMatchObject({ status: "inconclusive" });
    expect(row?.detail).toContain("10 questions answered on the baseline went unanswered");
  });

  it("says that it is in points and paired", () => {
    expect(gateOf(answered(20), answered(4)).rows[0]?.detail).toBe(
      "accuracy 98.0 → 90.0% (−8.0 points, 95% interval −8.0 to −4.7): beyond the margin of 1 point; 200 questions paired, one launch per side",
    );
  });
});

describe("a limit", () => {
  const limit = (operator: "<" | "<=" | ">" | ">=", at: number, unit: "ms" | "s" | "%" | "tokens/s" = "ms", metric = "ttft_p99"): Gate => ({
    kind: "limit",
    text: `${metric} ${operator} ${at} ${unit}`,
    metric,
    operator,
    limit: { value: at, unit },
  });
  const none = { missing: "no record" };

  it.each([
    [limit("<", 500), 499, "passed"],
    [limit("<", 500), 500, "failed"],
    [limit("<=", 500), 500, "passed"],
    [limit(">", 500), 500, "failed"],
    [limit(">=", 500), 500, "passed"],
    [limit("<", 0.5, "s"), 499, "passed"],
    [limit("<", 0.5, "s"), 501, "failed"],
    [limit("<", 5, "%"), 4, "inconclusive"],
  ] as const)("$text at %d", (gate, at, status) => {
    expect(gateOf(record(gate, [value("ttft_p99", at, 1)]), none).status).toBe(status);
  });

  it("needs no baseline, holds for every launch, and says when the limit lies within the noise", () => {
    const gate = gateOf(record(limit("<", 500), [value("ttft_p99", 400, 5)], [value("ttft_p99", 510, 20)]), none);
    expect(gate).toMatchObject({ status: "failed" });
    expect(gate.rows[0]?.detail).toBe(
      "ttft_p99 510.0 ms breaks < 500 ms in 1 of 2 launches (n 100); the limit lies within its 95% interval",
    );
  });

  it("is undecided on numbers of an invalid client", () => {
    const head = aRecord({
      run: { axes, gates: [limit(">", 500, "tokens/s", "output_throughput")] },
      cells: [
        aCell(
          { "piecewise-cuda-graph": "on" },
          { checks: [smoke(), { ...throughput([1_000]), validity: { state: "invalid", reasons: ["client CPU at 100%"] } }] },
        ),
      ],
    });
    const gate = gateOf(head, none);
    expect(gate.status).toBe("inconclusive");
    expect(gate.rows[0]?.detail).toBe("output_throughput: measured by an invalid client: client CPU at 100%");
  });

  it("is undecided in a cell that lacks a workload other cells measured", () => {
    const both = { checks: [smoke(), throughput([1_000, 5_000])] };
    const head = aRecord({
      run: { gates: [limit(">", 500, "tokens/s", "output_throughput")] },
      cells: [aCell({ "piecewise-cuda-graph": "on" }, both), aCell({ "piecewise-cuda-graph": "off" })],
    });
    expect(gateOf(head, none).rows.map(({ cell, workload, status }) => [cell, workload, status])).toEqual([
      ["sglang/piecewise-cuda-graph=off", "1024→1024 c=16", "inconclusive"],
      ["sglang/piecewise-cuda-graph=off", "1024→1024 c=1", "passed"],
      ["sglang/piecewise-cuda-graph=on", "1024→1024 c=1", "passed"],
      ["sglang/piecewise-cuda-graph=on", "1024→1024 c=16", "passed"],
    ]);
  });
});
