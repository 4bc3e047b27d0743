import { describe, expect, it } from "vitest";
import { compare, windowOf } from "../../src/compare/index.ts";
import type { CellRecord, Change, LaunchRecord, MetricValue, NoiseRow, RunRecord } from "../../src/model/index.ts";
import { studentQuantile } from "../../src/stats/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

const backend = "attention-backend";

function launched(values: readonly number[]): Partial<LaunchRecord>[] {
  return values.map((value) => ({ checks: [smoke(), throughput([value])] }));
}

/** One cell, one launch for each value. */
function run(values: readonly number[], over: Parameters<typeof aRecord>[0] = {}): RunRecord {
  return aRecord({
    ...over,
    run: { axes: { [backend]: ["fa2"] }, ...over.run },
    cells: [aCell({ [backend]: "fa2" }, ...launched(values))],
  });
}

function first(head: RunRecord, base: RunRecord): Change {
  const [change] = compare(head, base).changes;
  if (change === undefined) throw new Error("nothing was compared");
  return change;
}

const job = { run: { pair: "job-1" } };
/** Values whose logarithms lie so far from that of 1,000. */
const logs = (...values: readonly number[]): number[] => values.map((each) => 1_000 * Math.exp(each));

describe("launches in turns", () => {
  it("give the t interval of their log ratios", () => {
    const change = first(run(logs(0.11, 0.2, 0.33), job), run(logs(0.1, 0.2, 0.3), job));
    // Differences 0.01, 0 and 0.03: mean 0.04/3, variance 7/30,000.
    const se = Math.sqrt(7 / 30_000 / 3);
    expect(change.error?.se).toBeCloseTo(se, 12);
    expect(change.error).toMatchObject({ df: 2, fixed: 0, pairs: 3 });
    expect(change.error?.perLaunch).toBeCloseTo(7 / 30_000, 12);
    const half = studentQuantile(0.975, 2) * se;
    expect(Math.log1p(change.relativeLow ?? 0)).toBeCloseTo(0.04 / 3 - half, 10);
    expect(Math.log1p(change.relativeHigh ?? 0)).toBeCloseTo(0.04 / 3 + half, 10);
    expect(change.base).toBeCloseTo(1_000 * Math.exp(0.2), 8);
    expect(change.differenceLow).toBeCloseTo(change.base * (change.relativeLow ?? 0), 8);
    expect(change.differenceHigh).toBeCloseTo(change.base * (change.relativeHigh ?? 0), 8);
  });

  it("need two pairs, and only runs of the same job are in turns", () => {
    expect(first(run(logs(0.1), job), run(logs(0), job)).certainty).toBe("within-launch");
    expect(first(run(logs(0.1, 0.2), { run: { pair: "job-2" } }), run(logs(0, 0.1), job)).error).not.toHaveProperty("pairs");
    expect(first(run(logs(0.1, 0.2)), run(logs(0, 0.1))).error).not.toHaveProperty("pairs");
  });

  it("of six pairs on hold back one that stands far off, of five they do not", () => {
    const six = [0.01, -0.01, 0.005, -0.005, 0.002, 0.3];
    const of = (ratios: readonly number[]): Change =>
      first(
        run(logs(...ratios), job),
        run(
          ratios.map(() => 1_000),
          job,
        ),
      );
    expect(Math.abs(of(six).relative ?? 1)).toBeLessThan(0.01);
    expect(of(six).error?.df).toBeCloseTo(0.7 * 5, 12);
    expect(Math.log1p(of(six.slice(1)).relative ?? 0)).toBeCloseTo(0.292 / 5, 10);
    expect(of(six.slice(1)).error?.df).toBe(4);
  });
});

describe("rows of one metric in turns", () => {
  /** Rows of three pairs each; `noise` scales their scatter. */
  const matrix = (rows: number, side: "base" | "head", odd = 0): RunRecord => {
    const values = Array.from({ length: rows }, (_, i) => `b${i}`);
    const scatter = (row: number, pair: number): number => 0.01 * Math.sin(5 * row + 2.3 * pair) + (row === 0 && pair === 0 ? odd : 0);
    const cells = values.map((value, row): CellRecord =>
      aCell({ [backend]: value }, ...launched([0, 1, 2].map((pair) => 1_000 * Math.exp(side === "base" ? 0 : scatter(row, pair))))),
    );
    return aRecord({ run: { axes: { [backend]: values }, pair: "job-1" }, cells });
  };
  const changes = (rows: number, odd = 0): readonly Change[] => compare(matrix(rows, "head", odd), matrix(rows, "base")).changes;

  it("lend each other their spread from four rows on", () => {
    expect(changes(3).map(({ error }) => error?.df)).toEqual([2, 2, 2]);
    const four = changes(4);
    for (const { error } of four) expect(error?.df).toBeGreaterThan(2);
    for (const { error } of changes(8)) expect(error?.df).toBeLessThanOrEqual(62);
    expect(
      four.map(({ error, relativeLow = 0, relativeHigh = 0 }) =>
        [error?.df, error?.se, relativeLow, relativeHigh].map((each) => Number(each?.toPrecision(5))),
      ),
    ).toMatchInlineSnapshot(`
      [
        [
          62,
          0.0066789,
          -0.014078,
          0.012603,
        ],
        [
          62,
          0.0066839,
          -0.014202,
          0.012496,
        ],
        [
          62,
          0.0066644,
          -0.012946,
          0.013707,
        ],
        [
          62,
          0.0066921,
          -0.012194,
          0.014591,
        ],
      ]
    `);
  });

  it("let one launch that stands 10 % off move its row less than it moves the mean, and no other row's centre", () => {
    const [even, odd] = [changes(8), changes(8, 0.1)];
    const centre = (each: Change | undefined): number => Math.log1p(each?.relative ?? Number.NaN);
    expect(centre(odd[0]) - centre(even[0])).toBeGreaterThan(0);
    expect(centre(odd[0]) - centre(even[0])).toBeLessThan(0.8 * (0.1 / 3));
    for (const row of [1, 2, 3]) expect(centre(odd[row])).toBeCloseTo(centre(even[row]), 3);
  });
});

describe("a launch that stands far off from pairs that agree", () => {
  it("pulls no harder than at 1.345 of the typical spread", () => {
    // The others' rows of three scatter by 1 %, so each has the variance 0.0001 with two degrees of freedom.
    const even = [0.01, 0, -0.01];
    const rows = [[0.1, 0, 0], even, even, even];
    const side = (ratios: readonly (readonly number[])[]): RunRecord =>
      aRecord({
        run: { axes: { [backend]: rows.map((_, i) => `b${i}`) }, pair: "job-1" },
        cells: ratios.map((row, i) => aCell({ [backend]: `b${i}` }, ...launched(logs(...row)))),
      });
    const [odd, ...others] = compare(side(rows), side(rows.map(() => [0, 0, 0]))).changes;
    const typical = Math.sqrt(1e-4 / (1 - 2 / (9 * 2)) ** 3);
    // Two pairs at 0 hold it at half of the edge.
    expect(Math.log1p(odd?.relative ?? 0)).toBeCloseTo((1.345 * typical) / 2, 9);
    for (const each of others) expect(each.relative).toBeCloseTo(0, 9);
  });
});

describe("shares over several launches", () => {
  const errors = (...values: readonly number[]): RunRecord => {
    const launches = values.map((value) => ({
      checks: [smoke(), { ...throughput([]), metrics: [{ metric: "error_rate", workload: "w", value, unit: "percent", n: 50 } as const] }],
    }));
    return aRecord({ run: { axes: { [backend]: ["fa2"] } }, cells: [aCell({ [backend]: "fa2" }, ...launches)] });
  };

  it("are compared by their difference, with Welch's interval from two launches a side on", () => {
    const change = first(errors(4, 6), errors(1, 3));
    expect(change).toMatchObject({ base: 2, head: 5, difference: 3, certainty: "launches", n: { base: 100, head: 100 } });
    // Both variances are 2, so the standard error is √2 with two degrees of freedom.
    const half = studentQuantile(0.975, 2) * Math.SQRT2;
    expect(change.differenceLow).toBeCloseTo(3 - half, 9);
    expect(change.differenceHigh).toBeCloseTo(3 + half, 9);
    expect(change.relative).toBeCloseTo(1.5, 12);
    expect(change.relativeLow).toBeCloseTo((3 - half) / 2, 9);
    expect(change.relativeHigh).toBeCloseTo((3 + half) / 2, 9);
  });

  it("are no multiple of nothing", () => {
    const change = first(errors(4, 6), errors(0, 0));
    expect(change.differenceLow).toBeLessThan(5);
    for (const field of ["relative", "relativeLow", "relativeHigh"]) expect(change).not.toHaveProperty(field);
  });

  it("have no interval of one launch that measured none", () => {
    expect(first(errors(4, 6), errors(1)).certainty).toBe("none");
    expect(first(errors(4), errors(1, 3)).certainty).toBe("none");
  });
});

describe("what never varies", () => {
  it("has an interval of no width, between launches", () => {
    const change = first(run([900, 900]), run([1_000, 1_000]));
    expect(change.certainty).toBe("launches");
    for (const side of [change.relativeLow, change.relative, change.relativeHigh]) expect(side).toBeCloseTo(-0.1, 12);
  });

  it("lends nothing to rows in turns: they stay as they are", () => {
    const values = ["a", "b", "c", "d"];
    const side = (level: number): RunRecord =>
      aRecord({
        run: { axes: { [backend]: values }, pair: "job-1" },
        cells: values.map((value) => aCell({ [backend]: value }, ...launched([level, level, level]))),
      });
    const { changes } = compare(side(1_000), side(1_000));
    expect(changes.map(({ relative, error }) => [relative, error?.df, error?.se])).toEqual(values.map(() => [0, 2, 0]));
  });
});

describe("the noise of a history", () => {
  const noise: NoiseRow = {
    fingerprint: `sglang/${backend}=fa2`,
    metric: "output_throughput",
    workload: "1024→1024 c=1",
    between: 0.01,
    betweenDf: 12,
    within: 0.02,
    withinDf: 20,
    window: { runs: 4, launches: 4 },
  };
  const known = (values: readonly number[], over: Partial<NoiseRow> = {}): RunRecord => ({
    ...run(values),
    history: { runs: 10, from: "2026-10-01", to: "2026-10-10", noise: [{ ...noise, ...over }], served: {}, marks: [], notes: [] },
  });

  it("falls on the run once and on its launches each", () => {
    const { error, ...change } = first(run(logs(0.1)), known(logs(0, 0.02, 0.04, 0.02)));
    // Four launches on the base's side, so its centre is their mean.
    const [between, within] = [1e-4 * (1 + 1 / 4), 4e-4];
    expect(error?.fixed).toBeCloseTo(between + within / 4, 15);
    expect(error?.perLaunch).toBeCloseTo(within, 15);
    expect(error?.se).toBeCloseTo(Math.sqrt(between + within / 4 + within), 12);
    expect(error?.df).toBeCloseTo((between + within * 1.25) ** 2 / (between ** 2 / 12 + (within * 1.25) ** 2 / 20), 9);
    expect(error?.runs).toBe(4);
    expect(change.certainty).toBe("launches");
    expect(Math.log1p(change.relative ?? 0)).toBeCloseTo(0.08, 10);
    expect(Math.log(change.base / 1_000)).toBeCloseTo(0.02, 10);
  });

  it("costs a median of five launches half as much again, and one odd launch does not move it", () => {
    const { error, base } = first(run(logs(0.1)), known(logs(0, 0.01, 0.02, 0.03, 5)));
    expect(Math.log(base / 1_000)).toBeCloseTo(0.02, 10);
    expect(error?.fixed).toBeCloseTo(1e-4 * (1 + Math.PI / 8) + (4e-4 * Math.PI) / 10, 15);
  });

  it("is joined by the run's own spread, by degrees of freedom", () => {
    const { error } = first(run(logs(0, 0.06)), known(logs(0)));
    expect(error?.perLaunch).toBeCloseTo((1 * 0.0018 + 20 * 4e-4) / 21, 15);
    const alone = first(run(logs(0, 0.06)), known(logs(0), { within: 0, withinDf: 0 })).error;
    expect(alone).toMatchObject({ perLaunch: 0, df: 12 });
  });

  it("comes with the runs in which each cell served, none where it never did", () => {
    const base = known([1_000]);
    const served = (runs: Readonly<Record<string, number>>): unknown =>
      compare(run([1_000]), { ...base, history: { ...(base.history ?? fail()), served: runs } }).runsServed;
    const id = `sglang/${backend}=fa2`;
    expect(served({ [id]: 7, other: 9 })).toEqual({ [id]: 7 });
    expect(served({ other: 9 })).toEqual({ [id]: 0 });
    expect(compare(run([1_000]), run([1_000]))).not.toHaveProperty("runsServed");
  });

  it("is that of the same number of the same cell alone", () => {
    for (const other of [{ fingerprint: "other" }, { metric: "ttft_p50" }, { workload: "other" }])
      expect(first(run(logs(0.1)), known(logs(0), other)).certainty).toBe("within-launch");
  });
});

describe("the best of 30 days", () => {
  const DAY = 86_400_000;
  const metrics = (speed: number, wait: number): MetricValue[] => [
    { metric: "output_throughput", workload: "w", value: speed, unit: "tokens/s", n: 9 },
    { metric: "ttft_p50", workload: "w", value: wait, unit: "ms", n: 9 },
  ];
  const on = (day: number, speed: number, wait: number): RunRecord =>
    aRecord({
      run: { id: `day-${day}`, startedAt: new Date(Date.UTC(2026, 9, 1) + day * DAY).toISOString() },
      cells: [aCell({ [backend]: "fa2" }, { checks: [smoke(), { ...throughput([]), metrics: metrics(speed, wait) }] })],
    });
  const best = (...runs: readonly RunRecord[]): readonly unknown[] =>
    (windowOf(runs, { window: 3 }).history?.marks ?? []).map(({ metric, value, run: id, against }) => [
      metric,
      Math.round(value),
      id,
      against,
    ]);

  it("is the best median of three runs in a row, whichever way is better", () => {
    const runs = [on(0, 100, 10), on(1, 900, 1), on(2, 110, 11), on(3, 120, 12), on(4, 90, 9), on(5, 80, 30)];
    expect(best(...runs)).toEqual([
      ["output_throughput", 120, "day-3", "best of 30 days"],
      ["ttft_p50", 10, "day-2", "best of 30 days"],
    ]);
    expect(best(...runs.slice(0, 2))).toEqual([]);
    // Of equals it is the first.
    const level = [0, 1, 2, 3, 4].map((day) => on(day, 100, 10));
    expect(best(...level).map((mark) => (mark as string[])[2])).toEqual(["day-2", "day-2"]);
    expect(best(...runs.slice(0, 3))).toHaveLength(2);
  });

  it("takes a run of 30 days ago and none that is older", () => {
    const rest = [on(31, 100, 10), on(32, 100, 10)];
    expect(best(on(2, 100, 10), ...rest)).toHaveLength(2);
    expect(best(on(1, 100, 10), ...rest)).toEqual([]);
  });

  it("stands beside a cell that the newest run did not get to, as it was when it was launched last", () => {
    const newest = on(3, 1, 1);
    const [cell] = newest.cells;
    const skipped = { ...newest, cells: [{ ...cell, launches: [] }] } as RunRecord;
    const found = windowOf([on(1, 100, 10), on(2, 110, 11), skipped], { window: 3 });
    expect(found.run.id).toBe("day-3");
    expect(found.cells[0]?.launches).toHaveLength(2);
    expect(windowOf([skipped], { window: 3 }).cells[0]?.launches).toEqual([]);
  });

  it("of an anchor is its launches' mean", () => {
    const anchor = aRecord({ run: { id: "release" }, cells: [aCell({ [backend]: "fa2" }, ...launched([100, 400]))] });
    const { marks } = windowOf([on(1, 100, 10)], { window: 3, anchor }).history ?? {};
    expect(marks).toHaveLength(1);
    expect(marks?.[0]).toMatchObject({ against: "anchor", run: "release", at: anchor.run.startedAt });
    expect(marks?.[0]?.value).toBeCloseTo(200, 9);
  });
});

describe("how a cell stood on the baseline", () => {
  const standing = (...launches: readonly Partial<LaunchRecord>[]): unknown => {
    const base = aRecord({ cells: [aCell({ [backend]: "fa2" }, ...launches)] });
    return compare(run([1_000]), base).before[`sglang/${backend}=fa2`];
  };
  const cut: Partial<LaunchRecord> = { outcome: { state: "interrupted", during: "weights" } };

  it("is not known where every launch was interrupted, and as it ended where some were not", () => {
    expect(standing(cut)).toBeUndefined();
    expect(standing(cut, {})).toEqual({ served: true });
    expect(standing(cut, aCrash("nccl"))).toEqual({ served: false, class: "nccl" });
    expect(standing({}, aCrash("nccl"))).toEqual({ served: true });
  });

  it("forbids comparing where another setting was in effect, each named", () => {
    const resolved = (...settings: LaunchRecord["resolved"]): RunRecord =>
      aRecord({ run: { axes: { [backend]: ["fa2"] } }, cells: [aCell({ [backend]: "fa2" }, { resolved: settings })] });
    const inert = resolved({ axis: backend, requested: "fa2", effect: "inert" });
    const id = `sglang/${backend}=fa2`;
    expect(compare(inert, resolved()).notes).toEqual([
      `${id} is not compared: other settings were in effect than on the baseline: ${backend}=fa2 (inert) here, fa2 there`,
    ]);
    expect(compare(resolved(), inert).notes).toEqual([
      `${id} is not compared: other settings were in effect than on the baseline: ${backend}=fa2 here, fa2 (inert) there`,
    ]);
    const extra = resolved({ axis: "graphs", requested: "on", effect: "inert" });
    expect(compare(extra, resolved()).notes?.[0]).toContain("graphs=on (inert) here, absent there");
    expect(compare(resolved(), extra).notes?.[0]).toContain("graphs=absent here, on (inert) there");
    expect(compare(inert, inert).notes).toEqual([]);
    expect(compare(inert, resolved()).lost).toMatchObject([
      { metric: "output_throughput", reason: expect.stringContaining("(inert) here") as string },
    ]);
  });
});

describe("what a remedy costs", () => {
  const id = `sglang/${backend}=fa2`;
  const note = (speeds: readonly number[], base: RunRecord | undefined, failed = 1): readonly string[] => {
    const metrics = throughput(speeds).metrics;
    const trials = [
      ...Array.from({ length: failed }, () => ({ outcome: "failed", metrics: [] })),
      { outcome: "served", metrics },
    ] as unknown as NonNullable<RunRecord["remedies"]>[number]["trials"];
    const head = { ...run([1_000]), remedies: [{ cell: id, found: "graphs=off", trials }] } as unknown as RunRecord;
    return compare(head, base ?? { missing: "none" }).notes ?? [];
  };

  it("is its best throughput against the mean of the baseline's launches at the same load", () => {
    expect(note([900], run([1_000, 1_400]))).toEqual([
      `${id} serves with graphs=off (after 1 that did not help), with 900.0 tokens/s at 1024→1024 c=1, −25.0% against the baseline of the cell as configured`,
    ]);
    expect(note([900, 2_000], run([1_000]), 0)).toEqual([
      `${id} serves with graphs=off (the first remedy tried), with 2000.0 tokens/s at 1024→1024 c=16`,
    ]);
    expect(note([1_100], run([1_000]), 2)[0]).toContain(
      "(after 2 that did not help), with 1100.0 tokens/s at 1024→1024 c=1, +10.0% against",
    );
    expect(note([1_100], undefined)[0]).toMatch(/c=1$/);
    expect(note([], run([1_000]))).toEqual([`${id} serves with graphs=off (after 1 that did not help)`]);
  });
});

describe("lost answers", () => {
  it("have McNemar's mid-p of one launch a side: 3 of 4 that differ got worse", () => {
    const answering = (wrong: readonly number[]): RunRecord => {
      const answers = Array.from({ length: 20 }, (_, i) => ({
        id: `q${i}`,
        outcome: wrong.includes(i) ? ("wrong" as const) : ("right" as const),
      }));
      const metrics = [{ metric: "accuracy", workload: "gsm8k", value: 5 * (20 - wrong.length), unit: "percent", n: 20 } as const];
      const checks = [smoke(), { ...throughput([]), id: "accuracy" as const, workload: "gsm8k", metrics, answers }];
      return aRecord({ run: { axes: { [backend]: ["fa2"] } }, cells: [aCell({ [backend]: "fa2" }, { checks })] });
    };
    // (P(X > 3) + P(X = 3) / 2) of Binomial(4, 1/2).
    expect(first(answering([0, 1, 2]), answering([9])).lossP).toBeCloseTo(1 / 16 + 4 / 16 / 2, 12);
    expect(first(answering([9]), answering([0, 1, 2])).lossP).toBeCloseTo(11 / 16 + 4 / 16 / 2, 12);
    expect(first(answering([9]), answering([9])).lossP).toBe(1);
  });
});

function fail(): never {
  throw new Error("the fake lacks a history");
}
