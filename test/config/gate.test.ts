import { describe, expect, it } from "vitest";
import { parseConfig, parseGate } from "../../src/config/index.ts";
import { metrics } from "../../src/metrics/index.ts";

const relative = { kind: "relative" } as const;

describe("the gate language", () => {
  it.each([
    [
      "output_throughput drops no more than 3%",
      { ...relative, metric: "output_throughput", worse: "drops", margins: [{ value: 3, unit: "%" }] },
    ],
    [
      "output_throughput drops no more than 0.5 %",
      { ...relative, metric: "output_throughput", worse: "drops", margins: [{ value: 0.5, unit: "%" }] },
    ],
    [
      "ttft_p50 rises no more than 5% and 20 ms",
      {
        ...relative,
        metric: "ttft_p50",
        worse: "rises",
        margins: [
          { value: 5, unit: "%" },
          { value: 20, unit: "ms" },
        ],
      },
    ],
    ["ttft_p50 rises no more than 20ms", { ...relative, metric: "ttft_p50", worse: "rises", margins: [{ value: 20, unit: "ms" }] }],
    ["accuracy drops no more than 1 point", { ...relative, metric: "accuracy", worse: "drops", margins: [{ value: 1, unit: "points" }] }],
    ["accuracy drops no more than 2 points", { ...relative, metric: "accuracy", worse: "drops", margins: [{ value: 2, unit: "points" }] }],
    [
      "output_throughput drops no more than 50 tokens/s",
      { ...relative, metric: "output_throughput", worse: "drops", margins: [{ value: 50, unit: "tokens/s" }] },
    ],
    ["ttft_p99 < 500 ms", { kind: "limit", metric: "ttft_p99", operator: "<", limit: { value: 500, unit: "ms" } }],
    ["ttft_p99<=0.5s", { kind: "limit", metric: "ttft_p99", operator: "<=", limit: { value: 0.5, unit: "s" } }],
    ["accuracy >= 95%", { kind: "limit", metric: "accuracy", operator: ">=", limit: { value: 95, unit: "%" } }],
    [
      "output_throughput > 1000 tokens/s",
      { kind: "limit", metric: "output_throughput", operator: ">", limit: { value: 1000, unit: "tokens/s" } },
    ],
    ["output_throughput > -3%", { ...relative, metric: "output_throughput", worse: "drops", margins: [{ value: 3, unit: "%" }] }],
    ["output_throughput >= −0.5 %", { ...relative, metric: "output_throughput", worse: "drops", margins: [{ value: 0.5, unit: "%" }] }],
    [
      "ttft_p50 < +5% and +20 ms",
      {
        ...relative,
        metric: "ttft_p50",
        worse: "rises",
        margins: [
          { value: 5, unit: "%" },
          { value: 20, unit: "ms" },
        ],
      },
    ],
    ["accuracy > -1 point", { ...relative, metric: "accuracy", worse: "drops", margins: [{ value: 1, unit: "points" }] }],
  ])("reads `%s`", (text, gate) => {
    expect(parseGate(text)).toEqual({ ok: true, value: { ...gate, text } });
  });

  it("echoes the text on one line with single spaces", () => {
    expect(parseGate("  ttft_p50   <\n 5 ms ")).toMatchObject({ value: { text: "ttft_p50 < 5 ms" } });
  });

  it("points at the word that is wrong, counting from 1", () => {
    const columns = [
      "3 < 5",
      "ttft_p50 falls",
      "ttft_p50 rises no less than 3%",
      "ttft_p50 < x",
      "ttft_p50 < 5 hours",
      "ttft_p50",
      "",
      "ttft_p50 < -5 ms",
    ].map((text) => {
      const parsed = parseGate(text);
      return parsed.ok ? "accepted" : parsed.problems.map((problem) => problem.column);
    });
    expect(columns).toEqual([[1], [10], [19], [12], [14], [9], [1], [12]]);
  });

  it("has a gate for every metric on the shelf, in its worse direction only", () => {
    for (const { tag, unit, better } of metrics) {
      const margin = unit === "percent" ? "1 point" : "5%";
      expect(parseGate(`${tag} ${better === "higher" ? "drops" : "rises"} no more than ${margin}`)).toMatchObject({ ok: true });
      expect(parseGate(`${tag} ${better === "higher" ? "rises" : "drops"} no more than ${margin}`)).toMatchObject({ ok: false });
    }
  });
});

describe("what a gate picks", () => {
  const file = (gates: string): string => `version: 1
engine: sglang
model: m
matrix: { kv-cache-dtype: [auto, fp8], custom-all-reduce: [on, off], include: [{ max-sequences: 8 }] }
throughput: [{ input: 8, output: 16, concurrency: [4, 16] }]
gates:
${gates}
advisory: 5
`;
  const gatesOf = (gates: string): unknown => {
    const parsed = parseConfig(file(gates), "servegate.yml", "2026-11-21");
    return parsed.ok ? parsed.value.gates : parsed.problems;
  };

  it("are cells by axis values, spelt as the matrix may spell them, and workloads by what they are made of", () => {
    expect(gatesOf("  - ttft_p50 < 5 ms when kv-cache-dtype=fp8, custom-all-reduce=yes and concurrency=16, input=8")).toEqual([
      {
        kind: "limit",
        text: "ttft_p50 < 5 ms when kv-cache-dtype=fp8, custom-all-reduce=yes and concurrency=16, input=8",
        metric: "ttft_p50",
        operator: "<",
        limit: { value: 5, unit: "ms" },
        when: { "kv-cache-dtype": "fp8", "custom-all-reduce": "on" },
        workload: { concurrency: 16, input: 8 },
      },
    ]);
  });

  it("may be a value that only an included cell has", () => {
    expect(gatesOf("  - ttft_p50 < +5% when max-sequences=8")).toMatchObject([{ kind: "relative", when: { "max-sequences": "8" } }]);
  });

  it("stands beside why the gate only informs", () => {
    const quarantine = { owner: "@perf", issue: "https://example.com/1", expires: "2027-01-31" };
    const gates = `  - { gate: ttft_p50 < 5 ms, informs: true }
  - gate: ttft_p99 < 9 ms when concurrency=4
    quarantine: { owner: "@perf", issue: https://example.com/1, expires: 2027-01-31 }`;
    expect(gatesOf(gates)).toMatchObject([{ informs: true }, { workload: { concurrency: 4 }, quarantine }]);
  });
});
