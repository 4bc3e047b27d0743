import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute } from "../../src/attribute/index.ts";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import { measure } from "../../src/metrics/index.ts";
import type { Answer, CellRecord, Gate, LaunchRecord, RequestSample, RunRecord, Samples, Verdict } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

const axes = { graph: ["on", "off"], reduce: ["on", "off"] };
const gates: readonly Gate[] = [
  {
    kind: "relative",
    text: "output_throughput drops no more than 3%",
    metric: "output_throughput",
    worse: "drops",
    margins: [{ value: 3, unit: "%" }],
  },
  {
    kind: "relative",
    text: "accuracy drops no more than 1 point",
    metric: "accuracy",
    worse: "drops",
    margins: [{ value: 1, unit: "points" }],
  },
  {
    kind: "limit",
    text: "output_throughput > 500 tokens/s",
    metric: "output_throughput",
    operator: ">",
    limit: { value: 500, unit: "tokens/s" },
  },
];
const checks = ["smoke", "throughput", "accuracy"];

function accuracy(wrong: number): LaunchRecord["checks"][number] {
  const answers = Array.from({ length: 100 }, (_, i): Answer => ({ id: `q${i}`, outcome: i < wrong ? "wrong" : "right" }));
  const metrics = [
    {
      metric: "accuracy",
      workload: "sums",
      value: 100 - wrong,
      unit: "percent",
      n: 100,
      low: 96 - wrong,
      high: Math.min(100, 103 - wrong),
    },
  ] as const;
  return { ...throughput([]), id: "accuracy", workload: "sums", metrics, answers, work: { asked: 100, completed: 100, errors: {} } };
}

function served(speeds: readonly number[], wrong: number): Partial<LaunchRecord> {
  return { checks: [smoke(), throughput(speeds), accuracy(wrong)] };
}

/** A launch that serves well, serves badly, crashes, or could not be measured. */
const launch = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(400, 900, 980, 1_000, 1_050), fc.constantFrom(0, 0, 1, 5, 20))
      .map(([speed, wrong]) => served([speed, 5 * speed], wrong)),
  },
  { weight: 2, arbitrary: fc.constantFrom("nccl", "tma-descriptor", "unknown").map((failure) => aCrash(failure as "nccl")) },
  {
    weight: 1,
    arbitrary: fc.constant<Partial<LaunchRecord>>({ checks: [smoke(), { ...throughput([1_000]), status: "error" as const }, accuracy(0)] }),
  },
);

/** All four cells of the matrix, each launched equally often. */
const matrix = fc
  .integer({ min: 1, max: 2 })
  .chain((launches) =>
    fc
      .array(fc.array(launch, { minLength: launches, maxLength: launches }), { minLength: 4, maxLength: 4 })
      .map((all) => axes.graph.flatMap((graph, i) => axes.reduce.map((reduce, j) => aCell({ graph, reduce }, ...(all[2 * i + j] ?? []))))),
  );
const ledger = fc.constantFrom(
  [],
  [{ when: { graph: "on" }, class: "nccl", issue: "https://example.invalid/1", expires: "2027-01-01" } as const],
);
const run = fc.tuple(matrix, ledger).map(([cells, expectedFailures]) => aRecord({ run: { axes, gates, checks, expectedFailures }, cells }));
const baseline = fc.oneof({ weight: 4, arbitrary: run }, { weight: 1, arbitrary: fc.constant({ missing: "no record" }) });

function conclude(head: RunRecord, base: RunRecord | { readonly missing: string }): Verdict {
  return judge(head, compare(head, base), attribute(head));
}

describe("whatever the run", { timeout: 60_000 }, () => {
  it("gives the same verdict in whatever order the cells are written", () => {
    fc.assert(
      fc.property(run, baseline, fc.func(fc.nat()), (head, base, order) => {
        const shuffled = { ...head, cells: head.cells.toSorted((a, b) => order(a.cell.id) - order(b.cell.id)).toReversed() };
        const turned = "missing" in base ? base : { ...base, cells: base.cells.toReversed() };
        const [a, b] = [conclude(head, base), conclude(shuffled, turned)];
        expect([b.class, b.exitCode, b.title, b.gates]).toEqual([a.class, a.exitCode, a.title, a.gates]);
        expect(b.cells.toSorted(byCell)).toEqual(a.cells.toSorted(byCell));
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  it("never turns into a pass when something is taken away", () => {
    fc.assert(
      fc.property(run, baseline, fc.nat(), (head, base, pick) => {
        const before = conclude(head, base);
        const fewer = removals(head);
        const after = conclude(fewer[pick % fewer.length] as RunRecord, base);
        expect(after.class === "pass" && before.class !== "pass").toBe(false);
        expect(after.exitCode === 0 && before.exitCode !== 0).toBe(false);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("replays to the same bytes from its stored form", () => {
    fc.assert(
      fc.property(run, baseline, (head, base) => {
        const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
        expect(JSON.stringify(conclude(stored(head), stored(base)))).toBe(JSON.stringify(conclude(head, base)));
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});

function byCell(a: { readonly cell: string }, b: { readonly cell: string }): number {
  return a.cell < b.cell ? -1 : 1;
}

/** The record without one cell, one launch, one check, one metric or ten answers, in every way there is. */
function removals(record: RunRecord): RunRecord[] {
  const cells = without(record.cells, (cell) =>
    without(cell.launches, (each) =>
      without(each.checks, (check) => [
        ...without(check.metrics, () => []).map((metrics) => ({ ...check, metrics })),
        ...(check.answers === undefined ? [] : [{ ...check, answers: check.answers.slice(10) }]),
      ]).map((left): LaunchRecord => ({ ...each, checks: left })),
    ).map((launches): CellRecord => ({ ...cell, launches })),
  );
  return cells.map((left) => ({ ...record, cells: left }));
}

/** The list without each of its items, and with each item made smaller. */
function without<T>(items: readonly T[], smaller: (item: T) => readonly T[]): T[][] {
  return items.flatMap((item, i) => [items.toSpliced(i, 1), ...smaller(item).map((less) => items.with(i, less))]);
}

describe("worse measurements", { timeout: 60_000 }, () => {
  const one = (part: Partial<LaunchRecord>): RunRecord =>
    aRecord({ run: { axes: { graph: ["on"] }, gates, checks }, cells: [aCell({ graph: "on" }, part)] });

  it("never turn a failed gate into a passed one: slower and less accurate", () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: 450, max: 1_100 }), fc.nat(300), fc.nat(30), fc.nat(30)), ([speed, slower, wrong, more]) => {
        const base = one(served([1_000], 5));
        const [better, worse] = [conclude(one(served([speed], wrong)), base), conclude(one(served([speed - slower], wrong + more)), base)];
        for (const [i, gate] of better.gates.entries()) {
          expect([gate.text, gate.status, worse.gates[i]?.status]).not.toEqual([gate.text, "failed", "passed"]);
          expect([gate.text, gate.status, worse.gates[i]?.status]).not.toEqual([gate.text, "inconclusive", "passed"]);
        }
        expect(better.exitCode !== 0 && worse.exitCode === 0).toBe(false);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it("never turn a failed latency gate into a passed one: any requests slower, from raw samples to the verdict", () => {
    const ttft: Gate = {
      kind: "relative",
      text: "ttft_p50 rises no more than 5%",
      metric: "ttft_p50",
      worse: "rises",
      margins: [{ value: 5, unit: "%" }],
    };
    const pass = (times: readonly number[]): RunRecord => {
      const requests = times.map((first, i): RequestSample => ({
        schedMs: i * 500,
        sendMs: i * 500,
        firstMs: i * 500 + first,
        lastMs: i * 500 + first + 90,
        tokenMs: Float64Array.from({ length: 10 }, (_, k) => i * 500 + first + 10 * k),
        promptTokens: 8,
        completionTokens: 10,
        askedTokens: 10,
      }));
      const samples: Samples = { requests, durationMs: times.length * 500, concurrency: 1 };
      const part = { checks: [smoke(), { ...throughput([]), metrics: measure(samples, "8→10 c=1") }] };
      return aRecord({
        run: { axes: { graph: ["on"] }, gates: [ttft], checks: ["smoke", "throughput"] },
        cells: [aCell({ graph: "on" }, part)],
      });
    };
    const base = pass(Array.from({ length: 40 }, (_, i) => 100 + (i % 9)));
    const times = fc.array(fc.tuple(fc.integer({ min: 90, max: 120 }), fc.integer({ min: 0, max: 60 })), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(times, (pairs) => {
        const before = conclude(pass(pairs.map(([time]) => time)), base).gates[0]?.status;
        const after = conclude(pass(pairs.map(([time, more]) => time + more)), base).gates[0]?.status;
        expect([before, after]).not.toEqual(["failed", "passed"]);
        expect([before, after]).not.toEqual(["inconclusive", "passed"]);
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
