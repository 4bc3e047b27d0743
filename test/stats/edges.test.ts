import { describe, expect, it } from "vitest";
import * as stats from "../../src/stats/index.ts";

describe("the binomial distribution", () => {
  it.each([
    [0, 4, 0.5, 1 / 16],
    [2, 4, 0.5, 6 / 16],
    [4, 4, 0.5, 1 / 16],
    [3, 10, 0.3, 120 * 0.3 ** 3 * 0.7 ** 7],
    [1, 1, 0.25, 0.25],
  ])("P(X = %d) of %d with %d", (k, n, p, expected) => expect(stats.binomialPmf(k, n, p) / expected).toBeCloseTo(1, 11));

  it("is certain where its probability is", () => {
    expect([0, 1, 5].map((k) => stats.binomialPmf(k, 5, 0))).toEqual([1, 0, 0]);
    expect([0, 4, 5].map((k) => stats.binomialPmf(k, 5, 1))).toEqual([0, 0, 1]);
    expect([-1, 5, 6].map((k) => stats.binomialCdf(k, 5, 0.5))).toEqual([0, 1, 1]);
    expect(stats.clopperPearson(0, 5).low).toBe(0);
    expect(stats.clopperPearson(5, 5).high).toBe(1);
  });
});

describe("known values, to the digits that the functions promise", () => {
  const EULER = 0.5772156649015329;
  it.each([
    ["ψ(1)", stats.digamma(1), -EULER],
    ["ψ(1/2)", stats.digamma(0.5), -EULER - 2 * Math.LN2],
    ["ψ(10)", stats.digamma(10), 7129 / 2520 - EULER],
    ["ψ′(1)", stats.trigamma(1), Math.PI ** 2 / 6],
    ["ψ′(1/2)", stats.trigamma(0.5), Math.PI ** 2 / 2],
    ["ln Γ(1/2)", stats.logGamma(0.5), Math.log(Math.PI) / 2],
    ["ln Γ(1/1000)", stats.logGamma(0.001), 6.907178885383854],
    ["Φ(0)", stats.normalCdf(0), 0.5],
  ])("%s", (_, found, expected) => expect(Math.abs(found - expected)).toBeLessThanOrEqual(2e-13 * Math.abs(expected)));

  it.each([1e-9, 9e-7, 1.1e-6, 0.01, 1, 50, 9e6])("ψ′ of its inverse at %d", (y) =>
    expect(stats.trigamma(stats.trigammaInverse(y)) / y).toBeCloseTo(1, y < 1e-6 ? 5 : 9),
  );
});

describe("correlation of neighbours", () => {
  it.each([
    ["a rise", [1, 2, 3, 4], 0.25],
    ["turns", [1, -1, 1, -1], -0.75],
    ["a level away from 0", [11, 12, 13, 14], 0.25],
    ["a constant", [3, 3, 3], 0],
    ["one value", [3], 0],
    ["nothing", [], 0],
  ])("of %s", (_, values, expected) => expect(stats.lagOneCorrelation(values)).toBeCloseTo(expected, 12));

  it("widens the batch interval by √((1 + r)/(1 − r)) where it is positive, up to r = 0.95, and never narrows it", () => {
    const widening = (values: readonly number[]): readonly number[] => {
      const [plain, batched] = [stats.meanInterval(values), stats.batchMeans(values)];
      if (plain === undefined || batched === undefined) throw new Error("both have intervals");
      expect(batched.value).toBe(plain.value);
      return [(batched.value - batched.low) / (plain.value - plain.low), (batched.high - batched.value) / (plain.high - plain.value)];
    };
    for (const side of widening([1, 2, 3, 4])) expect(side).toBeCloseTo(Math.sqrt(1.25 / 0.75), 12);
    for (const side of widening([1, -1, 1, -1])) expect(side).toBeCloseTo(1, 12);
    const steps = Array.from({ length: 400 }, (_, i) => (i < 200 ? 0 : 1));
    for (const side of widening(steps)) expect(side).toBeCloseTo(Math.sqrt(1.95 / 0.05), 12);
    expect(stats.batchMeans([1, 2, 4])).toBeDefined();
  });

  it("has a counterpart in the scatter of pairs about their ratio", () => {
    const found = stats.ratioInterval([1, 3], [1, 2]);
    // Σ(y − 4/3·x)² = 2/9 with one degree of freedom; tan(0.475 π) is its t quantile.
    const half = (Math.tan(0.475 * Math.PI) * Math.sqrt(((2 / 9) * 2) / 1)) / 3;
    expect(found?.value).toBeCloseTo(4 / 3, 12);
    expect((found?.high ?? 0) - (found?.value ?? 0)).toBeCloseTo(half, 9);
    expect((found?.value ?? 0) - (found?.low ?? 0)).toBeCloseTo(half, 9);
    expect(stats.ratioInterval([1, 1], [0, 0])).toBeUndefined();
    expect(stats.ratioInterval([1, 1], [-1, 0])).toBeUndefined();
  });
});

describe("change points", () => {
  const step = (before: number, after: number): number[] => [
    ...Array.from({ length: before }, (_, i) => 1 + 0.001 * (i % 2)),
    ...Array.from({ length: after }, (_, i) => 2 + 0.001 * (i % 2)),
  ];

  it("need as many values on either side as a segment keeps", () => {
    expect(stats.changePoints([])).toEqual([]);
    expect(stats.changePoints(step(4, 4))).toEqual([4]);
    expect(stats.changePoints(step(4, 3))).toEqual([]);
    expect(stats.changePoints(step(3, 3), { least: 3 })).toEqual([3]);
    expect(stats.changePoints(step(9, 4))).toEqual([9]);
  });

  it("are none in what never moves, and are told ascending", () => {
    expect(stats.changePoints(Array.from({ length: 20 }, () => 5))).toEqual([]);
    expect(stats.changePoints([...step(6, 6), ...step(6, 6).map((value) => value + 4)])).toEqual([6, 12, 18]);
  });

  it("pay for every split that was tried", () => {
    // t = −5.2704628 at the step: p = 0.00036257 of one split by scipy's ttest_ind, and five were tried.
    const values = Array.from({ length: 12 }, (_, i) => (i < 6 ? 1 : 2) + (i % 2 === 0 ? 0.3 : -0.3));
    expect(stats.changePoints(values, { p: 5 * 0.0003626 })).toEqual([6]);
    expect(stats.changePoints(values, { p: 5 * 0.0003625 })).toEqual([]);
  });
});

describe("the divergence of log-probabilities", () => {
  const one = { before: [-1, -2], after: [-1.5, -1] };
  const k3 = (d: number): number => Math.exp(d) - 1 - d;

  it("is the mean over sequences of the k3 estimate", () => {
    const found = stats.divergence([one], 0.1);
    expect(found?.kl).toBeCloseTo((k3(-0.5) + k3(1)) / 2, 12);
    expect(found).toMatchObject({ tokens: 2, sequences: 1, worst: 1, loud: 1 });
    expect(found).not.toHaveProperty("low");
    expect(found).not.toHaveProperty("high");
    expect(found).not.toHaveProperty("top1");
    expect(stats.divergence([], 0.1)).toBeUndefined();
  });

  it("weighs sequences alike, however long, with a t interval over them that never falls below 0", () => {
    const long = { before: Array.from({ length: 99 }, () => -1), after: Array.from({ length: 99 }, () => -1) };
    const found = stats.divergence([one, long], 0.1);
    const single = (k3(-0.5) + k3(1)) / 2;
    expect(found?.kl).toBeCloseTo(single / 2, 12);
    expect(found).toMatchObject({ low: 0, tokens: 101, sequences: 2, loud: 1 });
    expect(found?.high).toBeCloseTo(single / 2 + (Math.tan(0.475 * Math.PI) * single) / 2, 9);
    // Of 101 tokens one lies above the 99th percentile's neighbours: 0.5 and 1 are the last two.
    expect(found?.p99).toBeCloseTo(0.5, 12);
  });

  it("lets one token drown nothing: beyond 5 nats it counts no more", () => {
    expect(stats.divergence([{ before: [-50], after: [0] }], 0)?.kl).toBeCloseTo(k3(5), 9);
    expect(stats.divergence([{ before: [-50], after: [0] }], 0)?.worst).toBe(50);
    expect(stats.divergence([{ before: [-1, -1], after: [-1.25, -0.9] }], 0)?.worst).toBeCloseTo(0.25, 12);
  });

  it("refuses sequences of which one side lacks a token", () => {
    expect(() => stats.divergence([{ before: [-1, -2], after: [-1] }], 0)).toThrow("finite");
  });

  it("counts agreement over all places that were compared, and a sequence as loud only above the noise", () => {
    const pairs = [{ ...one, agreed: 1, compared: 2 }, { ...one, agreed: 2, compared: 2 }, { ...one }];
    expect(stats.divergence(pairs, 0)?.top1).toBe(0.75);
    expect(stats.divergence([{ ...one, compared: 2 }], 0)?.top1).toBe(0);
    const level = stats.divergence([one], 0)?.kl ?? Number.NaN;
    expect([level, level - 1e-9].map((noise) => stats.divergence([one], noise)?.loud)).toEqual([0, 1]);
  });

  it.each([
    [1, 0, false],
    [1, 1, true],
    [2, 1, false],
    [2, 2, true],
    [8, 1, false],
    [8, 2, true],
    [9, 2, false],
    [9, 3, true],
  ])("of %d sequences of which %d are loud speaks: %s", (sequences, loud, speaks) => {
    const found = { kl: 0.5, tokens: 10, sequences, worst: 1, p99: 1, loud };
    expect(stats.diverges(found, 0.5)).toBe(speaks);
    expect(stats.diverges(found, 0.5001)).toBe(false);
  });
});

describe("the power of McNemar's test", () => {
  it("is none where nothing differs", () => expect(stats.mcnemarPower(100, 0, 0)).toBe(0));

  it("is the exact sum where few pairs are asked", () => {
    // Every pair differs and gets worse: six of six give p = 2/64, five of five 2/32.
    expect(stats.mcnemarPower(6, 1, 0)).toBeCloseTo(1, 12);
    expect(stats.mcnemarPower(5, 1, 0)).toBeCloseTo(0, 12);
    // Only six of six will do.
    expect(stats.mcnemarPower(6, 0.5, 0)).toBeCloseTo(0.5 ** 6, 12);
    expect(stats.mcnemarPower(5, 0.5, 0, 0.1)).toBeCloseTo(0.5 ** 5, 12);
  });

  it("asks for a larger loss the more answers flip by themselves", () => {
    const losses = [0, 0.01, 0.05].map((flips) => stats.detectableLoss(500, flips) ?? Number.NaN);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(losses[0]).toBeGreaterThan(0);
    expect(stats.mcnemarPower(500, losses[0] ?? 0, 0)).toBeCloseTo(0.8, 6);
    expect(stats.detectableLoss(500, 1)).toBeUndefined();
  });
});

describe("a robust centre", () => {
  it("is the mean while nobody stands far off, and moves by no more than the edge where one does", () => {
    expect(stats.huber([1, 2, 3], 10)).toEqual({ value: 2, pull: 1, share: 1 });
    // −0.5, 0, 0.5 and a far one: the three together pull against one edge, so 3·c = 1.345.
    const found = stats.huber([-0.5, 0, 0.5, 1e6], 1);
    expect(found?.value).toBeCloseTo(1.345 / 3, 9);
    expect(found?.share).toBe(0.75);
    // Two that lie far apart hold each other anywhere between; it stays in the middle.
    expect(stats.huber([0, 100], 1)?.value).toBe(50);
  });

  it("holds back nobody's half: the variance of a mean is the sample's", () => {
    expect(stats.huberVariance({ value: 0, pull: 3, share: 1 }, 1, 5)).toBe(3);
    expect(stats.huberVariance({ value: 0, pull: 3, share: 0.5 }, 0.5, 4)).toBeCloseTo(((1 + 0.5 / 2) ** 2 * 3) / 0.25, 12);
  });
});

describe("differences", () => {
  it("of samples that never vary have no width", () => {
    expect(stats.welch([1, 1], [2, 2])).toEqual({ value: 1, low: 1, high: 1 });
    expect(stats.meanInterval([3, 3])).toEqual({ value: 3, low: 3, high: 3 });
    expect(stats.welch([1, 1], [1])).toBeUndefined();
    expect(stats.welch([1, 3], [4, 6])?.value).toBe(3);
  });

  it("of paired proportions in the population are Wald's, with one pair more of each kind", () => {
    const { low, high } = stats.pairedPopulationDifference(9, 3, 98);
    const half = 1.959963984540054 * Math.sqrt((0.14 - 0.06 ** 2) / 100);
    expect(low).toBeCloseTo(-0.06 - half, 12);
    expect(high).toBeCloseTo(-0.06 + half, 12);
    expect(stats.pairedPopulationDifference(2, 0, 2, 0.999).low).toBe(-1);
    expect(stats.pairedPopulationDifference(0, 2, 2, 0.999).high).toBe(1);
  });
});

describe("the bootstrap", () => {
  it("draws every item and nothing else", () => {
    const seen = new Set<unknown>();
    stats.bootstrap(["a", "b", "c"], (sample) => (sample.forEach((each) => seen.add(each)), sample.length), { seed: 1, rounds: 50 });
    expect(seen).toEqual(new Set(["a", "b", "c"]));
  });

  it("leaves out resamples without a number, and has no interval where most are", () => {
    const only = (share: number): unknown => {
      let drawn = 0;
      return stats.bootstrap([1, 2], () => (drawn++ % 10 < share ? 7 : Number.NaN), { seed: 1, rounds: 100 });
    };
    expect(only(5)).toMatchObject({ low: 7, high: 7 });
    expect(only(4)).toBeUndefined();
  });
});

describe("spread of few values", () => {
  // Of 1 … n the median deviation from the median, and the factor of Croux and Rousseeuw (1992) for n values.
  it.each([
    [2, 0.5, 1.196],
    [3, 1, 1.495],
    [4, 1, 1.363],
    [5, 1, 1.206],
    [6, 1.5, 1.2],
    [7, 2, 1.14],
    [8, 2, 1.129],
    [9, 2, 1.107],
    [10, 2.5, 10 / 9.2],
  ])("of 1 … %d", (n, deviation, factor) => {
    const values = Array.from({ length: n }, (_, i) => i + 1);
    expect(stats.medianDeviation(values)).toBeCloseTo(1.482602218505602 * factor * deviation, 12);
  });

  it("knows no group that is empty", () => {
    const groups = [[1, 2, 3], [2, 4], [7]];
    expect(stats.varianceComponents([[], ...groups, []])).toEqual(stats.varianceComponents(groups));
    expect(stats.varianceComponents([[1, 3]])).toEqual({ between: 0, betweenDf: 0, within: 2, withinDf: 1 });
  });

  it("of clusters widens a quantile by the variance of their shares", () => {
    // Clusters of 50 of which 20 and 30 lie at or below the median: 5 fewer and 5 more than 25, so √(2 · 50) / 100 = 0.1.
    const cluster = (low: number): Float64Array => Float64Array.from({ length: 50 }, (_, i) => (i < low ? i / 100 : 1 + i / 100));
    const clusters = [cluster(20), cluster(30)];
    const pooled = stats.sorted(clusters.flatMap((values) => [...values]));
    const error = stats.normalQuantile(0.55) * 0.1;
    expect(stats.clusteredQuantileInterval(pooled, clusters, 0.5, 0.1)).toEqual({
      low: stats.quantile(pooled, 0.5 - error),
      high: stats.quantile(pooled, 0.5 + error),
    });
  });

  it("of a beta distribution ends where it ends", () => {
    expect([0, 1].map((x) => stats.incompleteBeta(x, 2, 3))).toEqual([0, 1]);
    expect([-0.5, 1.5].map((x) => stats.incompleteBeta(x, 2, 3))).toEqual([0, 1]);
  });
});
