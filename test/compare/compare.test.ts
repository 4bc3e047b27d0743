import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import type { Answer, CheckResult, LaunchRecord, RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aLaunch, aRecord, smoke, throughput } from "../fakes/records.ts";

const on = { "piecewise-cuda-graph": "on" };
const one = (...launches: Partial<LaunchRecord>[]): RunRecord => aRecord({ run: { id: "base-7" }, cells: [aCell(on, ...launches)] });
const speed = (value: number): Partial<LaunchRecord> => ({ checks: [throughput([value])] });

describe("fitness of a baseline", () => {
  it("is given up when there is none, with the reason, and every cell is new", () => {
    expect(compare(aRecord(), { missing: "no record of main was found" })).toEqual({
      baseline: { state: "none", reason: "no record of main was found" },
      changes: [],
      newCells: ["sglang/piecewise-cuda-graph=on", "sglang/piecewise-cuda-graph=off"],
      missingCells: [],
      before: {},
    });
  });

  it("names every difference that forbids comparing", () => {
    const other = aRecord({
      schema: "servegate/record@2" as RunRecord["schema"],
      run: { id: "base-7", model: "Qwen/Qwen3-4B", engine: { id: "vllm" }, simulated: true },
      machine: { ...aRecord().machine, gpus: [{ name: "NVIDIA H200", uuid: "GPU-1", memoryBytes: 1 }] },
      state: "interrupted",
    });
    const { baseline, changes } = compare(aRecord(), other);
    expect(changes).toEqual([]);
    expect(baseline).toEqual({
      state: "unfit",
      reasons: [
        "record schema differs: servegate/record@1 in this run, servegate/record@2 in the baseline",
        "GPU differs: NVIDIA B200 in this run, NVIDIA H200 in the baseline",
        "model differs: Qwen/Qwen3-8B in this run, Qwen/Qwen3-4B in the baseline",
        "engine differs: sglang in this run, vllm in the baseline",
        "kind of run differs: real in this run, rehearsal (simulated) in the baseline",
        "baseline run base-7 did not finish",
      ],
    });
  });

  it("does not mind another number of the same GPUs or another engine version", () => {
    const gpu = { name: "NVIDIA B200", uuid: "GPU-9", memoryBytes: 192e9 };
    const other = aRecord({ run: { engine: { id: "sglang", version: "0.5.17" } }, machine: { ...aRecord().machine, gpus: [gpu, gpu] } });
    expect(compare(aRecord(), other).baseline).toMatchObject({ state: "found", engineVersion: "0.5.17" });
  });
});

describe("joining cells", () => {
  it("follows the fingerprint through a new name", () => {
    const base = aCell({ graphs: "on" });
    const renamed = aCell(on);
    const head = aRecord({ cells: [{ ...renamed, cell: { ...renamed.cell, fingerprint: base.cell.fingerprint } }] });
    const comparison = compare(head, aRecord({ cells: [base] }));
    expect(comparison.changes.map((change) => change.cell)).toEqual([renamed.cell.id]);
    expect([comparison.newCells, comparison.missingCells]).toEqual([[], []]);
  });

  it("takes changed flags under the same name for a new cell, and says so", () => {
    const cell = aCell(on);
    const head = aRecord({ cells: [{ ...cell, cell: { ...cell.cell, fingerprint: "0123456789abcdef" } }] });
    const comparison = compare(head, aRecord({ cells: [cell] }));
    expect(comparison).toMatchObject({
      changes: [],
      newCells: [cell.cell.id],
      missingCells: [cell.cell.id],
      notes: [`${cell.cell.id} was launched with other flags than on the baseline and starts a new history`],
    });
  });

  it("goes by the name where a record carries no fingerprint", () => {
    const cell = aCell(on);
    const bare = { ...cell, cell: { ...cell.cell, fingerprint: "" } };
    expect(compare(aRecord({ cells: [cell] }), aRecord({ cells: [bare] })).changes).toHaveLength(1);
  });

  it("remembers how each cell stood, and that a flaky past still served", () => {
    const base = aRecord({
      cells: [aCell({ a: "1" }), aCell({ a: "2" }, aCrash("nccl")), aCell({ a: "3" }, aCrash("nccl"), {}), aCell({ a: "4" })],
    });
    const head = aRecord({ cells: [aCell({ a: "1" }), aCell({ a: "2" }), aCell({ a: "3" }), aCell({ a: "5" })] });
    const { before, newCells, missingCells } = compare(head, base);
    expect(before).toEqual({
      "sglang/a=1": { served: true },
      "sglang/a=2": { served: false, class: "nccl" },
      "sglang/a=3": { served: true },
      "sglang/a=4": { served: true },
    });
    expect([newCells, missingCells]).toEqual([["sglang/a=5"], ["sglang/a=4"]]);
  });
});

describe("the change of one number", () => {
  it("uses the intervals within the launches when one side was launched once", () => {
    const [change] = compare(one(speed(900)), one(speed(1_000))).changes;
    expect(change).toMatchObject({ base: 1_000, certainty: "within-launch", launches: { base: 1, head: 1 }, n: { base: 64, head: 64 } });
    expect(change?.relative).toBeCloseTo(-0.1, 12);
    // ±1 % on each side adds up to ±1.41 % on the log scale.
    expect(change?.relativeLow).toBeCloseTo(0.9 * Math.exp(-Math.hypot(Math.log(0.99), Math.log(1.01))) - 1, 3);
    expect(change?.differenceHigh).toBeCloseTo(1_000 * (change?.relativeHigh ?? 0), 9);
  });

  it("uses Welch's interval over launches from two launches a side on", () => {
    const comparison = compare(one(speed(900), speed(905), speed(910)), one(speed(1_000), speed(1_010)));
    const [change] = comparison.changes;
    expect(change).toMatchObject({ certainty: "launches", launches: { base: 2, head: 3 } });
    expect(change?.base).toBeCloseTo(Math.sqrt(1_000 * 1_010), 9);
    expect(change?.relativeLow).toBeLessThan(change?.relative ?? 0);
  });

  it("needs two launches on both sides for that, and averages the intervals of the side that has them", () => {
    const [change] = compare(one(speed(900)), one(speed(1_000), speed(1_000), speed(1_000), speed(1_000))).changes;
    expect(change).toMatchObject({ certainty: "within-launch", launches: { base: 4, head: 1 }, n: { base: 256, head: 64 } });
    // Four launches halve the base's ±1 %.
    expect(change?.relativeLow).toBeCloseTo(0.9 * Math.exp(-Math.hypot(Math.log(0.99), Math.log(1.01) / 2)) - 1, 9);
  });

  it("has no interval where a side measured none", () => {
    const bare = {
      checks: [
        {
          ...throughput([1_000]),
          metrics: [{ metric: "output_throughput", workload: "1024→1024 c=1", value: 1_000, unit: "tokens/s", n: 64 } as const],
        },
      ],
    };
    const [change] = compare(one(bare), one(speed(1_000))).changes;
    expect(change?.certainty).toBe("none");
    expect(change).not.toHaveProperty("relativeLow");
  });

  it("compares shares by their difference, also from zero", () => {
    const errors = (value: number, low: number, high: number): Partial<LaunchRecord> => ({
      checks: [{ ...throughput([]), metrics: [{ metric: "error_rate", workload: "w", value, unit: "percent", n: 100, low, high }] }],
    });
    const [change] = compare(one(errors(5, 2, 11)), one(errors(0, 0, 4))).changes;
    expect(change).toMatchObject({ base: 0, head: 5, difference: 5, better: "lower", certainty: "within-launch" });
    expect(change).not.toHaveProperty("relative");
    expect(change?.differenceLow).toBeCloseTo(5 - Math.hypot(3, 4), 12);
  });
});

describe("numbers that cannot be compared", () => {
  it("are listed when this run lacks them", () => {
    const comparison = compare(one(speed(1_000)), one({ checks: [throughput([1_000, 5_000])] }));
    expect(comparison.changes).toHaveLength(1);
    expect(comparison.lost).toEqual([
      {
        cell: "sglang/piecewise-cuda-graph=on",
        metric: "output_throughput",
        workload: "1024→1024 c=16",
        reason: "not measured in this run",
      },
    ]);
  });

  it("are never taken from an invalid client or an unfinished check", () => {
    const invalid = {
      checks: [{ ...throughput([1_000]), validity: { state: "invalid", reasons: ["event loop stalled 90 ms"] } } as CheckResult],
    };
    const broken = { checks: [{ ...throughput([1_000]), status: "error", message: "the server exited" } as CheckResult] };
    expect(compare(one(invalid), one(speed(1_000))).lost?.map((row) => row.reason)).toEqual([
      "measured by an invalid client: event loop stalled 90 ms",
    ]);
    expect(compare(one(broken), one(speed(1_000))).lost?.map((row) => row.reason)).toEqual([
      "the throughput check ended as error: the server exited",
    ]);
    expect(compare(one(speed(1_000)), one(invalid))).toMatchObject({ changes: [], lost: [] });
  });

  it("are never compared across settings that were not in effect on both sides", () => {
    const fell = { resolved: [{ axis: "piecewise-cuda-graph", requested: "on", effect: "fallback", resolved: "off" }] } as const;
    const comparison = compare(one(fell), one());
    expect(comparison.changes).toEqual([]);
    expect(comparison.notes).toEqual([
      "sglang/piecewise-cuda-graph=on is not compared: other settings were in effect than on the baseline: piecewise-cuda-graph=off here, on there",
    ]);
    expect(compare(one(fell), one(fell)).changes).toHaveLength(1);
  });

  it("come only from cells that served on both sides", () => {
    expect(compare(one(aCrash("nccl")), one())).toMatchObject({ changes: [], lost: [] });
    expect(compare(one(), one(aCrash("nccl")))).toMatchObject({ changes: [], lost: [] });
  });
});

describe("accuracy", () => {
  const accuracy = (answers: readonly Answer[]): LaunchRecord => {
    const right = answers.filter((answer) => answer.outcome === "right").length;
    const value = (100 * right) / answers.length;
    const metrics = [
      { metric: "accuracy", workload: "gsm8k", value, unit: "percent", n: answers.length, low: value - 3, high: value + 3 },
    ] as const;
    return aLaunch({ checks: [smoke(), { ...throughput([]), id: "accuracy", workload: "gsm8k", metrics, answers }] });
  };
  const answers = (outcome: (i: number) => Answer["outcome"], prefix = "q"): Answer[] =>
    Array.from({ length: 200 }, (_, i) => ({ id: `${prefix}${i}`, outcome: outcome(i) }));

  it("is paired by question, in points", () => {
    const [change] = compare(
      one(accuracy(answers((i) => (i < 20 ? "wrong" : "right")))),
      one(accuracy(answers((i) => (i < 4 ? "wrong" : "right")))),
    ).changes;
    expect(change).toMatchObject({ base: 98, head: 90, difference: -8, certainty: "paired-questions", n: { base: 200, head: 200 } });
    // 16 of 16 differing questions got worse: between 8 % × (1 − 2·0.206) and 8 %.
    expect(change?.differenceLow).toBeCloseTo(-8, 9);
    expect(change?.differenceHigh).toBeCloseTo(-8 * (1 - 2 * 0.2059), 3);
  });

  it("leaves errors out of the pairs and counts what each side answered", () => {
    const [change] = compare(
      one(accuracy(answers((i) => (i < 20 ? "error" : "right")))),
      one(accuracy(answers((i) => (i < 20 ? "wrong" : "right")))),
    ).changes;
    expect(change).toMatchObject({ base: 100, head: 100, difference: 0, n: { base: 200, head: 180 } });
  });

  it("falls back on the intervals when no question is common", () => {
    const [change] = compare(one(accuracy(answers(() => "right"))), one(accuracy(answers(() => "right", "other")))).changes;
    expect(change?.certainty).toBe("within-launch");
  });

  it("pairs each question's share over several launches", () => {
    const flaky = (launch: number) => accuracy(answers((i) => (i % 100 === launch ? "wrong" : "right")));
    const [change] = compare(one(flaky(1), flaky(2)), one(flaky(3), flaky(4))).changes;
    expect(change).toMatchObject({ base: 99, head: 99, certainty: "paired-questions", launches: { base: 2, head: 2 } });
    expect(change?.differenceLow).toBeLessThan(0);
    expect(change?.differenceHigh).toBeGreaterThan(0);
  });
});
