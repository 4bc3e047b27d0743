import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { CellRecord, Change, Comparison, DriftRow, Gate, GateRow, RunRecord, Verdict } from "../../src/model/index.ts";
import { aCell, aCrash, aLaunch, aRecord, cellOf, smoke, throughput } from "../fakes/records.ts";

const axes = { "piecewise-cuda-graph": ["on"] };
const cell = cellOf({ "piecewise-cuda-graph": "on" }).id;

const drop = (...margins: Extract<Gate, { kind: "relative" }>["margins"]): Gate => ({
  kind: "relative",
  text: "output_throughput drops",
  metric: "output_throughput",
  worse: "drops",
  margins,
});
const three = drop({ value: 3, unit: "%" });

/** Throughput 1,000 → 900 of one launch a side, ±1 %. */
function aChange(over: Partial<Change> = {}): Change {
  return {
    cell,
    metric: "output_throughput",
    workload: "1024→1024 c=1",
    unit: "tokens/s",
    better: "higher",
    base: 1_000,
    head: 900,
    relative: -0.1,
    relativeLow: -0.11,
    relativeHigh: -0.09,
    difference: -100,
    differenceLow: -110,
    differenceHigh: -90,
    certainty: "within-launch",
    n: { base: 64, head: 64 },
    launches: { base: 1, head: 1 },
    ...over,
  };
}

/** A change by this share, with this half-width of its interval; between launches unless told otherwise. */
function by(relative: number, half: number, over: Partial<Change> = {}): Change {
  return aChange({
    head: 1_000 * (1 + relative),
    relative,
    relativeLow: relative - half,
    relativeHigh: relative + half,
    difference: 1_000 * relative,
    differenceLow: 1_000 * (relative - half),
    differenceHigh: 1_000 * (relative + half),
    certainty: "launches",
    launches: { base: 3, head: 3 },
    ...over,
  });
}

function one(...gates: readonly Gate[]): RunRecord {
  return aRecord({ run: { axes, gates }, cells: [aCell({ "piecewise-cuda-graph": "on" })] });
}

function found(record: RunRecord, over: Partial<Comparison> = {}): Comparison {
  return { ...compare(record, record), changes: [], lost: [], notes: [], ...over };
}

function row(gate: Gate, change: Change, record = one(gate)): GateRow {
  const [first] = judge(record, found(record, { changes: [change] }), []).gates[0]?.rows ?? [];
  if (first === undefined) throw new Error("the gate has no row");
  return first;
}

describe("a margin", () => {
  it.each([
    ["passes a loss whose interval ends on it", by(-0.02, 0.01), "passed"],
    ["is undecided on one that ends just beyond it", by(-0.02, 0.0101), "inconclusive"],
    ["is undecided on one that begins on it", by(-0.04, 0.01), "inconclusive"],
    ["fails one that begins well beyond it", by(-0.06, 0.01), "failed"],
    ["does not mind a gain of that size", by(0.06, 0.01), "passed"],
    ["passes what is known to be just it", by(-0.03, 0), "passed"],
  ] as const)("%s", (_, change, status) => expect(row(three, change).status).toBe(status));

  it.each([
    ["three times the margin exactly is not believed", -0.09, "inconclusive"],
    ["more than three times is", -0.0901, "failed"],
    ["a gain is never passed", 0.5, "inconclusive"],
  ] as const)("without an interval: %s", (_, relative, status) => {
    const { relativeLow: _low, relativeHigh: _high, differenceLow: _from, differenceHigh: _to, ...bare } = by(relative, 0);
    expect(row(three, { ...bare, certainty: "none" }).status).toBe(status);
  });

  it.each([
    ["s against ms", { value: 0.02, unit: "s" }, "ms", 1_000, 1_021, "failed"],
    ["s against ms, within", { value: 0.02, unit: "s" }, "ms", 1_000, 1_019, "passed"],
    ["ms against s", { value: 20, unit: "ms" }, "s", 1, 1.021, "failed"],
    ["ms against s, within", { value: 20, unit: "ms" }, "s", 1, 1.019, "passed"],
  ] as const)("in time is the same in either unit: %s", (_, margin, unit, base, head, status) => {
    const gate: Gate = { kind: "relative", text: "ttft_p50 rises", metric: "ttft_p50", worse: "rises", margins: [margin] };
    const difference = head - base;
    const share = difference / base;
    const change = by(share, 0, {
      metric: "ttft_p50",
      unit,
      better: "lower",
      base,
      head,
      difference,
      differenceLow: difference,
      differenceHigh: difference,
    });
    expect(row(gate, change).status).toBe(status);
  });
});

describe("what a change rests on", () => {
  it("is said after the decision", () => {
    const details = [
      aChange(),
      by(-0.06, 0.01, { launches: { base: 3, head: 1 } }),
      by(-0.06, 0.01, { error: { se: 0.005, df: 2, fixed: 0, perLaunch: 7.5e-5, pairs: 3 } }),
      by(-0.06, 0.01, { launches: { base: 5, head: 1 }, error: { se: 0.005, df: 30, fixed: 1e-5, perLaunch: 1.5e-5, runs: 9 } }),
      aChange({
        metric: "accuracy",
        unit: "percent",
        base: 98,
        head: 90,
        difference: -8,
        differenceLow: -8,
        differenceHigh: -5,
        certainty: "paired-questions",
        n: { base: 200, head: 199 },
      }),
    ].map((change) => {
      const points: Gate = { ...drop({ value: 1, unit: "points" }), metric: "accuracy" };
      return row(change.metric === "accuracy" ? points : three, change).detail;
    });
    expect(details).toMatchInlineSnapshot(`
      [
        "output_throughput 1,000.0 → 900.0 tokens/s (−10.0%, 95% interval −11.0 to −9.0%): beyond the margin of 3%; one launch per side; launch-to-launch noise is not covered",
        "output_throughput 1,000.0 → 940.0 tokens/s (−6.0%, 95% interval −7.0 to −5.0%): beyond the margin of 3%; 3 launches before and 1 now",
        "output_throughput 1,000.0 → 940.0 tokens/s (−6.0%, 95% interval −7.0 to −5.0%): beyond the margin of 3%; 3 pairs of launches in turns",
        "output_throughput 1,000.0 → 940.0 tokens/s (−6.0%, 95% interval −7.0 to −5.0%): beyond the margin of 3%; 5 launches before and 1 now; noise known from the history",
        "accuracy 98.0 → 90.0% (−8.0 points, 95% interval −8.0 to −5.0): beyond the margin of 1 point; 199 questions paired, one launch per side",
      ]
    `);
  });

  it("is said without an interval where there is none", () => {
    const { relativeLow: _low, relativeHigh: _high, differenceLow: _from, differenceHigh: _to, ...bare } = aChange({ certainty: "none" });
    expect(row(three, bare).detail).toBe(
      "output_throughput 1,000.0 → 900.0 tokens/s (−10.0%): beyond the margin of 3%; one launch per side, 64 and 64 samples",
    );
    const points: Gate = { ...drop({ value: 1, unit: "points" }), metric: "accuracy" };
    const accuracy = { ...bare, metric: "accuracy", unit: "percent", base: 98, head: 90, difference: -8 } as const;
    expect(row(points, accuracy).detail).toBe(
      "accuracy 98.0 → 90.0% (−8.0 points): beyond the margin of 1 point; one launch per side, 64 and 64 samples",
    );
  });

  it("is said with the sign and the unit of the change", () => {
    const {
      relative: _share,
      relativeLow: _low,
      relativeHigh: _high,
      ...fromZero
    } = aChange({ base: 0, head: 2, difference: 2, differenceLow: 1, differenceHigh: 3 });
    const texts = [
      aChange({ relative: 0.05, relativeLow: 0.04, relativeHigh: 0.06, head: 1_050 }),
      aChange({ relative: 0, relativeLow: -0.01, relativeHigh: 0.01, head: 1_000 }),
      fromZero,
      aChange({ metric: "ttft_p50", unit: "ms", base: 200, head: 180 }),
    ].map((change) => row({ ...three, metric: change.metric }, change).detail.split(": ")[0]);
    expect(texts).toMatchInlineSnapshot(`
      [
        "output_throughput 1,000.0 → 1,050.0 tokens/s (+5.0%, 95% interval +4.0 to +6.0%)",
        "output_throughput 1,000.0 → 1,000.0 tokens/s (0.0%, 95% interval −1.0 to +1.0%)",
        "output_throughput 0.0 → 2.0 tokens/s (+2.0 tokens/s, 95% interval +1.0 to +3.0)",
        "ttft_p50 200.0 → 180.0 ms (−10.0%, 95% interval −11.0 to −9.0%)",
      ]
    `);
  });
});

describe("an undecided row tells what would settle it", () => {
  const undecided = (change: Change, record?: RunRecord): string => {
    const { status, detail } = row(three, change, record);
    expect(status).toBe("inconclusive");
    return detail.replace(/^.*not decided against the margin of 3%: /, "");
  };

  it("by launches on both sides, at what they cost", () => {
    const wide = by(0, 0.04, { error: { se: 0.0186, df: 4, fixed: 1.7e-4, perLaunch: 5.2e-4 } });
    expect(undecided(wide)).toMatchInlineSnapshot(
      `"this comparison can show changes of about 5.7% and more; about 6 more launches a side would settle it (12 GPU-minutes); 3 launches before and 3 now"`,
    );
    const gpus = one(three);
    const eight = { ...gpus, machine: { ...gpus.machine, gpus: Array.from({ length: 8 }, () => gpus.machine.gpus[0] ?? fail()) } };
    expect(undecided(wide, eight)).toMatchInlineSnapshot(
      `"this comparison can show changes of about 5.7% and more; about 6 more launches a side would settle it (99 GPU-minutes); 3 launches before and 3 now"`,
    );
    const none = { ...gpus, machine: { ...gpus.machine, gpus: [] } };
    expect(undecided(wide, none)).toBe(undecided(wide, gpus));
  });

  it("by launches of this run alone where the history is known, unless they cannot", () => {
    const known = { se: 0.02, df: 30, fixed: 5e-5, perLaunch: 3.5e-4, runs: 9 };
    expect(undecided(by(0, 0.04, { launches: { base: 5, head: 1 }, error: known }))).toMatchInlineSnapshot(
      `"this comparison can show changes of about 5.7% and more; about 5 more launches would settle it (5.2 GPU-minutes); 5 launches before and 1 now; noise known from the history"`,
    );
    expect(undecided(by(0, 0.04, { launches: { base: 5, head: 1 }, error: { ...known, fixed: 4e-4 } }))).toMatchInlineSnapshot(
      `"this comparison can show changes of about 5.7% and more; no number of launches of this run alone would settle it; 5 launches before and 1 now; noise known from the history"`,
    );
  });

  it("by pairs, and not where the loss lies on the margin", () => {
    const pairs = { se: 0.02, df: 2, fixed: 0, perLaunch: 1.2e-3, pairs: 3 };
    expect(undecided(by(0, 0.08, { error: pairs }))).toMatchInlineSnapshot(
      `"this comparison can show changes of about 11.4% and more; about 8 more launches a side would settle it (17 GPU-minutes); 3 pairs of launches in turns"`,
    );
    expect(undecided(by(-0.03, 0.08, { error: pairs }))).toMatchInlineSnapshot(
      `"this comparison can show changes of about 11.4% and more; 3 pairs of launches in turns"`,
    );
    expect(undecided(by(-0.029, 0.08, { error: pairs }))).toMatchInlineSnapshot(
      `"this comparison can show changes of about 11.4% and more; it lies too close to the margin to be settled by launches; 3 pairs of launches in turns"`,
    );
  });

  it("in a cell of which one launch ended and one did not, at the cost of the one", () => {
    const wide = by(0, 0.04, { error: { se: 0.0186, df: 4, fixed: 1.7e-4, perLaunch: 5.2e-4 } });
    const launches = [{}, { phases: [], stop: { tookMs: 0, how: "graceful", leftovers: [] } as const }];
    const record = aRecord({ run: { axes, gates: [three] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, ...launches)] });
    expect(undecided(wide, record)).toBe(undecided(wide));
    const { stop: _stop, ...unstopped } = aLaunch({ phases: [] });
    const [only] = record.cells;
    const running = { ...record, cells: [{ ...(only ?? fail()), launches: [unstopped] }] };
    expect(undecided(wide, running)).not.toContain("GPU-minutes");
  });

  it("or that answers are missing, or an interval", () => {
    const gate: Gate = { ...three, metric: "accuracy", margins: [{ value: 1, unit: "points" }] } as Gate;
    const accuracy = (over: Partial<Change>): string =>
      row(
        gate,
        by(0, 0, { metric: "accuracy", unit: "percent", base: 98, head: 98, difference: 0, differenceLow: 0, differenceHigh: 0, ...over }),
      ).detail;
    // 100 questions a launch before, 98 now: what was asked twice is no more.
    const launches = { base: 3, head: 2 };
    expect(accuracy({ launches, n: { base: 300, head: 196 } })).toContain("2 questions answered on the baseline went unanswered");
    expect(accuracy({ launches, n: { base: 300, head: 199 } })).toContain("1 question answered on the baseline went unanswered");
    expect(accuracy({ launches, n: { base: 300, head: 200 } })).toContain("within the margin");
    expect(accuracy({ certainty: "paired-questions", launches, n: { base: 100, head: 99 } })).toContain("1 question answered");
  });
});

describe("rows of a gate", () => {
  it("are none of a cell whose launches were interrupted or failed", () => {
    const cut = { outcome: { state: "interrupted", during: "weights" } } as const;
    for (const launch of [cut, aCrash("nccl")]) {
      const record = aRecord({ run: { axes, gates: [three] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, launch)] });
      const [gate] = judge(record, compare(record, { missing: "none" }), []).gates;
      expect(gate).toEqual({ text: three.text, status: "not-tested", rows: [], reason: "no cell that it judges served" });
    }
  });

  it("stand worst first, then by cell, then by workload", () => {
    const values = ["b", "a"];
    const cells = values.map((value) => aCell({ eager: value }));
    const record = aRecord({ run: { axes: { eager: values }, gates: [three] }, cells });
    const changes = ["b", "a"].flatMap((value) =>
      ["w2", "w1", "w3"].map((workload) => by(workload === "w3" ? -0.2 : 0, 0.001, { cell: `sglang/eager=${value}`, workload })),
    );
    const rows = judge(record, found(record, { changes }), []).gates[0]?.rows ?? [];
    expect(
      rows.filter(({ status }) => status !== "inconclusive").map((each) => `${each.status} ${each.cell.at(-1) ?? ""} ${each.workload}`),
    ).toEqual([
      "failed a w3",
      "failed b w3",
      "passed a w1",
      "passed a w2",
      "passed b w1",
      "passed b w2",
      ...["a", "b"].map((value) => `not-tested ${value} 1024→1024 c=1`),
    ]);
  });

  it("say why a number stands without a counterpart", () => {
    const record = one(three);
    const reason = (over: Partial<Comparison>): unknown => {
      const [gate] = judge(record, found(record, over), []).gates;
      return [gate?.status, gate?.rows[0]?.detail];
    };
    expect(reason({ newCells: [cell] })).toEqual(["not-tested", "no baseline for this cell yet"]);
    expect(reason({ before: {} })).toEqual(["not-tested", "the baseline run did not get to this cell"]);
    expect(reason({ before: { [cell]: { served: false, class: "nccl" } } })).toEqual([
      "not-tested",
      "the baseline did not serve this cell (nccl)",
    ]);
    expect(reason({})).toEqual(["not-tested", "the baseline did not measure output_throughput here"]);
    expect(reason({ baseline: { state: "none", reason: "first run" } })).toEqual(["not-tested", "no baseline: first run"]);
    expect(reason({ baseline: { state: "unfit", reasons: ["other GPU", "other model"] } })).toEqual([
      "inconclusive",
      "output_throughput: the baseline must not be compared with: other GPU; other model",
    ]);
  });

  it.each([
    ["accuracy", "accuracy", "skipped", "was skipped"],
    ["prefill_decode_kl", "numerics", "error", "could not be carried out"],
    ["ttft_p50", "throughput", "skipped", "was skipped"],
  ] as const)("say why %s was not measured: the %s check, %s", (metric, id, status, what) => {
    const checks = [
      smoke(),
      { ...throughput([]), id: "accuracy", status: "passed", metrics: [] },
      { ...throughput([]), id, status, message: "no room" },
    ] as const;
    const gate: Gate = { kind: "limit", text: metric, metric, operator: "<", limit: { value: 1, unit: "" } };
    const record = aRecord({ run: { axes, gates: [gate] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, { checks })] });
    const [first] = judge(record, compare(record, { missing: "none" }), []).gates[0]?.rows ?? [];
    expect(first).toMatchObject({ status: "inconclusive", workload: "" });
    expect(first?.detail).toBe(`${metric}: not measured by this run, so this gate judged nothing: the ${id} check ${what}: no room`);
  });
});

describe("a limit in another unit than the value's", () => {
  it.each([
    ["s", 0.4, { value: 500, unit: "ms" }, "passed"],
    ["s", 0.6, { value: 500, unit: "ms" }, "failed"],
    ["s", 0.6, { value: 0.5, unit: "s" }, "failed"],
    ["ms", 400, { value: 0.5, unit: "s" }, "passed"],
    ["percent", 4, { value: 5, unit: "points" }, "passed"],
    ["ratio", 0.04, { value: 5, unit: "%" }, "passed"],
    ["ratio", 0.06, { value: 5, unit: "%" }, "failed"],
    ["ratio", 4, { value: 5, unit: "" }, "passed"],
    ["tokens/s", 4, { value: 5, unit: "tokens/s" }, "passed"],
    ["tokens/s", 4, { value: 5, unit: "ms" }, "inconclusive"],
    ["tokens/s", 4, { value: 5, unit: "%" }, "inconclusive"],
    ["ms", 4, { value: 5, unit: "tokens/s" }, "inconclusive"],
  ] as const)("%s %d against %o: %s", (unit, value, limit, status) => {
    const gate: Gate = { kind: "limit", text: "limit", metric: "ttft_p99", operator: "<", limit };
    const metrics = [{ metric: "ttft_p99", workload: "w", value, unit, n: 10 }] as const;
    const checks = [smoke(), { ...throughput([]), metrics }];
    const record = aRecord({ run: { axes, gates: [gate] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, { checks })] });
    expect(judge(record, compare(record, { missing: "none" }), []).gates[0]?.status).toBe(status);
  });
});

describe("a slow drift", () => {
  const drifted = (gate: Gate, over: Partial<DriftRow> = {}): readonly string[] => {
    const drift: DriftRow = {
      cell,
      metric: "output_throughput",
      workload: "w",
      against: "best of 30 days",
      mark: 1_000,
      head: 950,
      relative: -0.05,
      better: "higher",
      run: "run-3",
      at: "2026-11-02T08:00:00Z",
      ...over,
    };
    const record = one(gate);
    return judge(record, found(record, { drift: [drift] }), []).warnings;
  };
  const latency: Gate = {
    ...three,
    metric: "ttft_p50",
    worse: "rises",
    margins: [
      { value: 5, unit: "%" },
      { value: 20, unit: "ms" },
    ],
  } as Gate;

  it("is told in a sentence, beyond the widest margin in percent, whichever way is worse", () => {
    expect(drifted(three)).toMatchInlineSnapshot(`
      [
        "Slow drift: output_throughput of sglang/piecewise-cuda-graph=on w stands −5.0% from the best of 30 days (run run-3 of 2026-11-02), beyond the margin of 3%.",
      ]
    `);
    expect(drifted(latency, { metric: "ttft_p50", better: "lower", relative: 0.06 })).toHaveLength(1);
    expect(drifted(latency, { metric: "ttft_p50", better: "lower", relative: 0.05 })).toEqual([]);
    expect(drifted(latency, { metric: "ttft_p50", better: "lower", relative: -0.5 })).toEqual([]);
  });

  it("is none on the margin, in a gain, and where no gate has a share for its margin", () => {
    expect(drifted(three, { relative: -0.03 })).toEqual([]);
    expect(drifted(three, { relative: 0.5 })).toEqual([]);
    expect(drifted(latency)).toEqual([]);
    expect(drifted(drop({ value: 5, unit: "tokens/s" }))).toEqual([]);
    expect(
      drifted({ kind: "limit", text: "l", metric: "output_throughput", operator: ">", limit: { value: 1, unit: "tokens/s" } }),
    ).toEqual([]);
  });
});

describe("the title and what to do next", () => {
  const concluded = (
    cells: readonly CellRecord[],
    over: Parameters<typeof aRecord>[0] = {},
    base?: RunRecord,
  ): Pick<Verdict, "title" | "next"> => {
    const values = cells.map(({ cell: each }) => each.axes["eager"] ?? "");
    const record = aRecord({ ...over, run: { axes: { eager: values }, gates: [], ...over.run }, cells });
    const { title, next } = judge(record, compare(record, base ?? { missing: "none" }), []);
    return { title, next };
  };
  const serves = aCell({ eager: "a" });
  const infra = aCrash("nccl");
  const spoiled = { ...infra, diagnosis: { ...(infra.diagnosis ?? fail()), infra: "the GPU fell off the bus" } };

  it("of every class", () => {
    const told = {
      pass: concluded([serves]),
      several: concluded([serves, aCell({ eager: "b" })]),
      infra: concluded([serves, aCell({ eager: "b" }, spoiled)]),
      flaky: concluded([aCell({ eager: "a" }, {}, aCrash("nccl"))]),
      broken: concluded([serves, aCell({ eager: "b" }, aCrash("nccl")), aCell({ eager: "c" }, aCrash("nccl"))]),
      unlaunched: concluded([serves, { ...aCell({ eager: "b" }), launches: [] }]),
      cancelled: concluded([serves, { ...aCell({ eager: "b" }), launches: [] }], { state: "interrupted" }),
      interrupted: concluded([serves], { state: "interrupted" }),
      hole: concluded([serves], { run: { axes: { eager: ["a", "b"] } } }),
      empty: concluded([], { run: { axes: {} } }),
      skipped: concluded([], {
        run: { axes: {} },
        skipped: [{ cell: cellOf({ eager: "a" }), kind: "excluded", reason: "no room" }],
      }),
      found: concluded([serves], {}, aRecord({ run: { axes: { eager: ["a"] } }, cells: [serves] })),
    };
    expect(told).toMatchInlineSnapshot(`
      {
        "broken": {
          "next": "Repair sglang/eager=b: A nccl fault while capturing graphs; no baseline says whether this is new. Try: Turn prefill graphs off (piecewise-cuda-graph=off).",
          "title": "2 broken cells of 3",
        },
        "cancelled": {
          "next": "Run again; sglang/eager=b: the run was interrupted before it was launched.",
          "title": "Cancelled: 1 of 2 cells launched",
        },
        "empty": {
          "next": "Run at least one cell.",
          "title": "Inconclusive: no cell ran, so nothing was tested",
        },
        "flaky": {
          "next": "Find out why sglang/eager=a failed in 1 of 2 launches (nccl): A nccl fault while capturing graphs; a rerun adds launches and does not erase this one.",
          "title": "1 flaky cell of 1",
        },
        "found": {
          "next": "Nothing to do.",
          "title": "The one cell serves; no gate is configured",
        },
        "hole": {
          "next": "Run the missing cells, or exclude them in the configuration with a reason.",
          "title": "Inconclusive, the matrix has holes: The one cell serves; no gate is configured",
        },
        "infra": {
          "next": "Repair the runner and run again; sglang/eager=b: infrastructure: the GPU fell off the bus.",
          "title": "Infrastructure, not your change: 1 infrastructure failure of 2 cells",
        },
        "interrupted": {
          "next": "Run again: this run was interrupted before it finished.",
          "title": "Cancelled: 1 of 1 cell launched",
        },
        "pass": {
          "next": "Keep this run's record as the baseline, so that the next run has something to compare with.",
          "title": "The one cell serves; no gate is configured",
        },
        "several": {
          "next": "Keep this run's record as the baseline, so that the next run has something to compare with.",
          "title": "All 2 cells serve; no gate is configured",
        },
        "skipped": {
          "next": "Make at least one cell runnable; skipped: no room.",
          "title": "Inconclusive: no cell ran, so nothing was tested",
        },
        "unlaunched": {
          "next": "Make sglang/eager=b conclusive: the run finished and never launched it.",
          "title": "1 inconclusive cell of 2",
        },
      }
    `);
  });

  it("names the toggles that explain a crash, and nothing where none do", () => {
    const record = aRecord({ run: { axes: { eager: ["a"] }, gates: [] }, cells: [aCell({ eager: "a" }, aCrash("nccl"))] });
    const told = (when: Readonly<Record<string, string>>, failure: "nccl" | "unknown" = "nccl"): string =>
      judge(record, compare(record, { missing: "none" }), [{ class: failure, when, sentence: "fails iff so", failing: 1, serving: 1 }])
        .next;
    expect(told({ eager: "a" })).toContain("this is new. nccl fails iff so. Try");
    expect(told({})).not.toContain("fails iff");
    expect(told({ eager: "a" }, "unknown")).not.toContain("fails iff");
  });

  it("offers a command where the remedy has one, and the first remedy of any launch", () => {
    const crash = aCrash("nccl");
    const diagnosis = { ...(crash.diagnosis ?? fail()), remedies: [{ text: "Update it.", command: "pip install nccl" }] };
    const bare = { ...diagnosis, remedies: [] };
    expect(concluded([aCell({ eager: "a" }, { ...crash, diagnosis: bare }, { ...crash, diagnosis })]).next).toMatchInlineSnapshot(
      `"Repair sglang/eager=a: A nccl fault while capturing graphs; no baseline says whether this is new. Try: Update it (pip install nccl)."`,
    );
    expect(concluded([aCell({ eager: "a" }, { ...crash, diagnosis: bare })]).next).toMatchInlineSnapshot(
      `"Repair sglang/eager=a: A nccl fault while capturing graphs; no baseline says whether this is new."`,
    );
  });
});

describe("a failure that nobody diagnosed", () => {
  type Failure = Extract<CellRecord["launches"][number]["outcome"], { state: "failed" }>["failure"];
  const scene = { phase: "graphs", logTail: [] } as const;
  it.each([
    [{ kind: "check", check: "smoke", message: "no answer", ...scene }, "the smoke check failed: no answer"],
    [{ kind: "exited", exitCode: 3, ...scene }, "the server exited with code 3 during graphs"],
    [{ kind: "exited", signal: "SIGKILL", ...scene }, "the server exited with SIGKILL during graphs"],
    [{ kind: "exited", ...scene }, "the server exited with code unknown during graphs"],
    [{ kind: "fatal-line", line: "CUDA error", ...scene }, "the server printed a fatal line during graphs: CUDA error"],
    [{ kind: "hang", silentForMs: 90_400, ...scene }, "nothing moved for 90 s during graphs"],
  ] as const)("is told by what happened: %o", (failure, reason) => {
    const launch = { checks: [], outcome: { state: "failed", failure: failure as Failure } } as const;
    const record = aRecord({ run: { axes, gates: [] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, launch)] });
    const [verdict] = judge(record, compare(record, { missing: "none" }), []).cells;
    expect(verdict).toMatchObject({ class: "broken", reason: `${reason}; no baseline says whether this is new` });
  });
});

describe("launches that are missing", () => {
  const missing = (launches: number | undefined, ...numbers: readonly (readonly number[])[]): readonly string[] => {
    const values = numbers.map((_, i) => String(i));
    const cells = numbers.map((each, i) => aCell({ eager: String(i) }, ...each.map((number) => ({ number }))));
    const record = aRecord({ run: { axes: { eager: values }, gates: [], ...(launches === undefined ? {} : { launches }) }, cells });
    return judge(record, compare(record, { missing: "none" }), []).cells.map(({ reason }) => reason);
  };

  it("are counted against the plan, or named by their numbers where there is none", () => {
    const fine = "serves; no gate is configured";
    expect(missing(3, [1, 2, 3], [1, 2], [1], [1, 2, 3, 4])).toEqual([
      fine,
      "1 launch of 3 is missing",
      "2 launches of 3 are missing",
      fine,
    ]);
    expect(missing(undefined, [1, 2, 3], [1, 2], [2])).toEqual([fine, "launch 3 of 3 is missing", "launch 1 and 3 of 3 is missing"]);
  });
});

describe("more launches where they are worth it", () => {
  /** A loss beyond the margin whose one-sided p against it is near 0.07. */
  const leaning = (head: number): Change =>
    by(-0.06, 0.045, { launches: { base: 3, head }, error: { se: 0.02, df: 60, fixed: 0, perLaunch: 4e-4 * head } });
  const confirms = (head: number, run: Partial<RunRecord["run"]>, change = leaning(head)): boolean =>
    row(three, change, { ...one(three), run: { ...one(three).run, ...run } }).confirm === true;

  it("asks ever more of a loss the fewer are left", () => {
    expect(confirms(3, {})).toBe(true);
    expect([3, 8].map((head) => confirms(head, { launches: 3, confirm: 5 }))).toEqual([true, false]);
    // Before the plan is done no more is asked than at its end, and beyond the last no more than at the last.
    expect(confirms(1, { launches: 3, confirm: 5 })).toBe(true);
    expect(confirms(20, { launches: 3, confirm: 5 })).toBe(false);
  });

  it("asks for none where the number stands inside the margin or is a gain", () => {
    expect(confirms(3, {}, by(-0.02, 0.045, { error: { se: 0.02, df: 60, fixed: 0, perLaunch: 1e-3 } }))).toBe(false);
    expect(confirms(3, {}, by(0.06, 0.1, { error: { se: 0.02, df: 60, fixed: 0, perLaunch: 1e-3 } }))).toBe(false);
  });
});

describe("a loss looked at again and again", () => {
  /** So many standard errors beyond the margin of 3 %, after three launches. */
  const beyond = (t: number, fixed: number, perLaunch: number): Change => {
    const se = Math.sqrt(fixed + perLaunch / 3);
    const relative = 0.97 * Math.exp(-t * se) - 1;
    return by(relative, 0.001, { error: { se, df: 1e6, fixed, perLaunch } });
  };
  const looked = (change: Change): GateRow => row(three, change, { ...one(three), run: { ...one(three).run, launches: 3, confirm: 5 } });

  // Called where 2Φ(−t·√f) ≤ 0.025, so from t = 2.2414/√f on; f is var(8)/var(3).
  it.each([
    ["launches alone scatter, f = 3/8", 0, 3e-4, 3.66],
    ["runs scatter too, f = 0.6875", 1e-4, 3e-4, 2.703],
    ["only runs scatter, f = 1", 1e-4, 0, 2.2414],
  ])("is called from where its share of the information allows: %s", (_, fixed, perLaunch, t) => {
    const early = looked(beyond(t - 0.02, fixed, perLaunch));
    expect(early.status).toBe("inconclusive");
    expect(early.detail).toContain("beyond it now, and too early to call after 3 of at most 8 launches");
    expect(early.confirm).toBe(true);
    expect(looked(beyond(t + 0.02, fixed, perLaunch)).status).toBe("failed");
  });
});

describe("a limit that is kept", () => {
  it("is said with the value, the launches and the samples", () => {
    const gate: Gate = {
      kind: "limit",
      text: "limit",
      metric: "output_throughput",
      operator: ">=",
      limit: { value: 900, unit: "tokens/s" },
    };
    const detail = (...values: readonly number[]): string | undefined => {
      const launches = values.map((value) => ({ checks: [smoke(), throughput([value])] }));
      const record = aRecord({ run: { axes, gates: [gate] }, cells: [aCell({ "piecewise-cuda-graph": "on" }, ...launches)] });
      return judge(record, compare(record, { missing: "none" }), []).gates[0]?.rows[0]?.detail;
    };
    expect(detail(1_000)).toBe("output_throughput 1,000.0 tokens/s keeps >= 900 tokens/s (n 64)");
    expect(detail(1_000, 1_100)).toBe("output_throughput 1,000.0 tokens/s keeps >= 900 tokens/s in all 2 launches (n 64)");
    expect(detail(905)).toBe("output_throughput 905.0 tokens/s keeps >= 900 tokens/s (n 64); the limit lies within its 95% interval");
    expect(detail(1_000, 800)).toBe("output_throughput 800.0 tokens/s breaks >= 900 tokens/s in 1 of 2 launches (n 64)");
  });
});

describe("what was not compared", () => {
  const relative = (over: Partial<Comparison>, gates: readonly Gate[] = [three]): string => {
    const record = one(...gates);
    return judge(record, found(record, over), []).untested.join(" ");
  };

  it("is said where a gate would have compared it", () => {
    expect(relative({ newCells: [cell] })).toContain(`No baseline yet for ${cell}.`);
    expect(relative({ newCells: [cell], baseline: { state: "none", reason: "first run" } })).toContain("Nothing was compared: first run.");
    expect(relative({ newCells: [cell], baseline: { state: "none", reason: "first run" } })).not.toContain("No baseline yet");
    expect(relative({ newCells: [cell] }, [])).not.toContain("No baseline yet");
    expect(relative({ missingCells: ["sglang/a", "sglang/b"] })).toContain("On the baseline and not in this run: sglang/a and sglang/b.");
    expect(relative({ changes: [aChange()] })).toContain("Launch-to-launch noise: some numbers stand on one launch a side");
    const asked = aChange({ certainty: "paired-questions" });
    expect(relative({ changes: [asked] })).toContain("Accuracy is judged on the questions asked, not on others like them.");
    expect(relative({ changes: [{ ...asked, launches: { base: 2, head: 1 } }] })).not.toContain("questions asked");
  });
});

function fail(): never {
  throw new Error("the fake lacks something");
}
