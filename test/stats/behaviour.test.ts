import { describe, expect, it } from "vitest";
import {
  average,
  batchMeans,
  benjaminiHochberg,
  bootstrap,
  clusteredQuantileInterval,
  combine,
  gaussian,
  mcnemarExact,
  mean,
  meanInterval,
  pairedDifference,
  pairedPopulationDifference,
  quantile,
  quantileInterval,
  random,
  ratioInterval,
  sorted,
  sum,
  variance,
  welch,
  wilson,
} from "../../src/stats/index.ts";

describe("numbers of nothing", () => {
  it("are absent, not zero", () => {
    expect([mean([]), variance([1]), quantile(sorted([]), 0.5), meanInterval([1]), welch([1], [2, 3]), average([])]).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
    expect([batchMeans([1, 2]), ratioInterval([1], [1]), bootstrap([1], () => 1, { seed: 1 })]).toEqual([undefined, undefined, undefined]);
  });

  it("are refused where a caller's mistake would pass for a measurement", () => {
    expect(() => sorted([1, Number.NaN])).toThrow("finite");
    expect(() => wilson(0, 0)).toThrow("nothing");
    expect(() => quantile(sorted([1]), 1.5)).toThrow("quantile");
  });
});

describe("sums and samples", () => {
  it("keep small numbers beside a large one", () => {
    expect(sum([1e16, 1, 1, -1e16])).toBe(2);
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  });

  it("are sorted as numbers and leave the caller's array alone", () => {
    const given = [10, 9, 1];
    expect([...sorted(given)]).toEqual([1, 9, 10]);
    expect(given).toEqual([10, 9, 1]);
  });
});

describe("quantile intervals", () => {
  it.each([
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
    [0.999, 3_688],
  ])("give p%d an upper bound from %i samples on", (q, n) => {
    const bound = (size: number): boolean => quantileInterval(sorted(Array.from({ length: size }, (_, i) => i)), q).high !== undefined;
    expect([bound(n - 1), bound(n)]).toEqual([false, true]);
  });

  it("widen when values of one cluster agree with each other", () => {
    const uniform = random(5);
    const levels = Array.from({ length: 40 }, () => gaussian(uniform));
    const clusters = levels.map((level) => Float64Array.from({ length: 50 }, () => level + 0.1 * gaussian(uniform)));
    const pooled = sorted(clusters.flatMap((values) => [...values]));
    const naive = quantileInterval(pooled, 0.5);
    const clustered = clusteredQuantileInterval(pooled, clusters, 0.5);
    const width = ({ low = 0, high = 0 }: { low?: number; high?: number } = {}): number => high - low;
    expect(width(clustered)).toBeGreaterThan(3 * width(naive));
    expect(clusteredQuantileInterval(pooled, clusters.slice(0, 1), 0.5)).toBeUndefined();
  });
});

describe("paired proportions", () => {
  it("exclude zero exactly where McNemar's test is significant", () => {
    for (let worse = 0; worse <= 25; worse += 1) {
      for (let better = 0; better <= 25; better += 1) {
        const { low, high } = pairedDifference(worse, better, 200);
        expect(low > 0 || high < 0).toBe(mcnemarExact(worse, better) < 0.05);
      }
    }
  });

  it.each([
    ["one more answer goes from right to wrong", 1, 0],
    ["one answer fewer goes from wrong to right", 0, -1],
  ])("never look better when %s", (_, moreWorse, moreBetter) => {
    for (let better = 1; better <= 30; better += 1) {
      for (let worse = 0; worse <= 30; worse += 1) {
        const [before, after] = [pairedDifference(worse, better, 200), pairedDifference(worse + moreWorse, better + moreBetter, 200)];
        expect(after.low).toBeLessThanOrEqual(before.low + 1e-12);
        // Another differing answer brings doubt both ways; from where a loss is proved, one more only proves it further.
        expect(before.high >= 0 || after.high <= before.high + 1e-12).toBe(true);
      }
    }
  });

  it("are certain for the questions asked and not for others when nothing differs", () => {
    expect(pairedDifference(0, 0, 200)).toEqual({ value: 0, low: 0, high: 0 });
    const others = pairedPopulationDifference(0, 0, 200);
    expect(others.low).toBeCloseTo(-0.0137, 4);
    expect(others.high).toBeCloseTo(0.0137, 4);
  });
});

describe("combined intervals", () => {
  it("add the sides that matter: the lower end takes the head's lower and the base's upper side", () => {
    const combined = combine({ value: 10, low: 9, high: 14 }, { value: 20, low: 17, high: 21 });
    expect(combined).toEqual({ value: 10, low: 10 - 5, high: 10 + Math.SQRT2 });
  });

  it("shrink with the root of the number of launches", () => {
    const one = { value: 10, low: 8, high: 12 };
    expect(average([one, one, one, one])).toEqual({ value: 10, low: 9, high: 11 });
  });
});

describe("rates", () => {
  it("widen the batch interval when neighbours move together", () => {
    const together = batchMeans([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    const apart = batchMeans([1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    const width = (interval: { low: number; high: number } | undefined): number => (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width(together)).toBeGreaterThan(2 * width(apart));
  });

  it("know a constant ratio exactly", () => {
    expect(ratioInterval([2, 4, 6], [1, 2, 3])).toEqual({ value: 2, low: 2, high: 2 });
  });
});

describe("the false discovery rate", () => {
  it("keeps the order given and never lowers a p-value", () => {
    expect(benjaminiHochberg([0.04, 0.01, 0.02])).toEqual([0.04, 0.03, 0.03]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

describe("random numbers", () => {
  it("repeat for a seed and differ between seeds", () => {
    const draw = (seed: number): number[] => Array.from({ length: 4 }, random(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("fill the unit interval evenly", () => {
    const uniform = random(3);
    const bins = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i += 1) {
      const bin = Math.floor(uniform() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // Each bin is Binomial(100,000, 0.1) with standard deviation 95.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe("coverage over simulated histories", () => {
  /** Share of `rounds` histories whose interval holds the truth; seeded, so the same on every machine. */
  function coverage(truth: number, draw: (uniform: () => number) => { low?: number; high?: number } | undefined, rounds = 1_000): number {
    const uniform = random(11);
    let held = 0;
    for (let i = 0; i < rounds; i += 1) {
      const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = draw(uniform) ?? {};
      if (low <= truth && truth <= high) held += 1;
    }
    return held / rounds;
  }
  const normals = (uniform: () => number, n: number, sd = 1): number[] => Array.from({ length: n }, () => sd * gaussian(uniform));

  it.each([
    ["Welch's, 3 launches against 3 of twice the spread", 0, (u: () => number) => welch(normals(u, 3), normals(u, 3, 2))],
    ["Welch's, 5 against 5", 0, (u: () => number) => welch(normals(u, 5), normals(u, 5))],
    ["the t interval of a mean", 0, (u: () => number) => meanInterval(normals(u, 5))],
    ["the order statistics of a median", 0, (u: () => number) => quantileInterval(sorted(normals(u, 41)), 0.5)],
    ["the order statistics of a p90", 1.2815515655, (u: () => number) => quantileInterval(sorted(normals(u, 200)), 0.9)],
    ["the bootstrap of a mean of 30", 0, (u: () => number) => bootstrap(normals(u, 30), (s) => mean(s) ?? 0, { seed: 1, rounds: 200 })],
    ["batch means of an autocorrelated run", 0, (u: () => number) => batchMeans(correlated(u, 10, 0.3))],
  ] as const)("%s is near 95 %", (_, truth, draw) => {
    const held = coverage(truth, draw);
    expect(held).toBeGreaterThan(0.9);
    expect(held).toBeLessThanOrEqual(0.995);
  });

  function correlated(uniform: () => number, n: number, r: number): number[] {
    let last = gaussian(uniform);
    return Array.from({ length: n }, () => (last = r * last + Math.sqrt(1 - r * r) * gaussian(uniform)));
  }
});
