import { describe, expect, it } from "vitest";
import * as stats from "../../src/stats/index.ts";
import vectors from "./variances.json" with { type: "json" };

/** Matches a number to 1e-9: relative for numbers away from zero, absolute near it. */
const about = (expected: number): unknown => ({
  asymmetricMatch: (actual: number) => Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
  toString: () => `${expected} ± 1e-9`,
});

const table = (rows: unknown): readonly (readonly number[])[] => rows as readonly (readonly number[])[];

describe("against scipy and statsmodels, to nine digits", () => {
  it.each(table(vectors.digamma))("ψ(%d)", (x = 0, expected = 0) => expect(stats.digamma(x)).toEqual(about(expected)));
  it.each(table(vectors.trigamma))("ψ′(%d)", (x = 0, expected = 0) => expect(stats.trigamma(x)).toEqual(about(expected)));
  it.each(table(vectors.trigammaInverse))("the x with ψ′(x) = %d", (y = 0, expected = 0) =>
    expect(stats.trigammaInverse(y)).toEqual(about(expected)),
  );
  it.each(vectors.huber)("Huber's centre of $values at scale $scale", ({ values, scale, value, share, variance }) => {
    const found = stats.huber(values, scale);
    expect(found?.value).toEqual(about(value));
    expect(found?.share).toEqual(about(share));
    expect(found && stats.huberVariance(found, share, values.length)).toEqual(about(variance));
  });
  it.each(vectors.medianDeviation)("median deviation of $values", ({ values, value }) => {
    // The product's factor of the normal distribution has as many digits as a double.
    expect(stats.medianDeviation(values)).toEqual(about(value));
  });
  it.each(vectors.varianceComponents)("components of variance", ({ groups, between, within }) => {
    const found = stats.varianceComponents(groups);
    expect(found.between).toEqual(about(between));
    expect(found.within).toEqual(about(within));
  });
  it.each(vectors.variancePrior)("the prior of many variances, df $df", ({ samples, variance, df }) => {
    const found = stats.variancePrior(samples);
    expect(found?.variance).toEqual(about(variance));
    if (df === null) expect(found?.df).toBe(Number.POSITIVE_INFINITY);
    else expect((found?.df ?? 0) / df).toEqual(about(1));
  });
  it.each(vectors.satterthwaite)("Satterthwaite's degrees of freedom", ({ parts, df }) =>
    expect(stats.satterthwaite(parts)).toEqual(about(df)),
  );
  it.each(table(vectors.sequentialP))("the spent level of p = %d at %d of the information", (p = 0, t = 0, expected = 0) => {
    expect(stats.sequentialP(p, t)).toBeCloseTo(expected, 9);
    expect(Math.abs(stats.sequentialP(p, t) - expected)).toBeLessThanOrEqual(1e-9 * expected);
  });
  it.each(vectors.changePoints)("change points at $at", ({ values, at }) => expect(stats.changePoints(values)).toEqual(at));
});

describe("what has no answer", () => {
  it("is told as none, not as a number", () => {
    expect(stats.huber([1], 1)).toBeUndefined();
    expect(stats.huber([1, 2], 0)).toBeUndefined();
    expect(stats.medianDeviation([1])).toBeUndefined();
    expect(stats.variancePrior([{ variance: 1, df: 3 }])).toBeUndefined();
    expect(stats.variancePrior([0, 0, 1].map((variance) => ({ variance, df: 3 })))).toBeUndefined();
    expect(stats.typicalVariance([])).toBe(0);
    expect(stats.varianceComponents([])).toEqual({ between: 0, betweenDf: 0, within: 0, withinDf: 0 });
    expect(stats.satterthwaite([])).toBe(Number.POSITIVE_INFINITY);
    expect(stats.shrink(1, 0, 2, 0)).toBe(0);
  });

  it("leaves out samples that have no degrees of freedom", () => {
    const known = [1, 2, 3, 4].map((variance) => ({ variance, df: 3 }));
    expect(stats.variancePrior([...known, { variance: 99, df: 0 }])).toEqual(stats.variancePrior(known));
    expect(stats.typicalVariance([...known, { variance: 99, df: 0 }])).toBe(stats.typicalVariance(known));
  });
});

describe("a variance pulled towards its prior", () => {
  it("is weighed by degrees of freedom", () => {
    expect(stats.shrink(4, 3, 1, 6)).toBeCloseTo((3 * 4 + 6 * 1) / 9, 12);
    expect(stats.shrink(4, 0, 1, 6)).toBe(1);
    expect(stats.shrink(4, 3, 1, 0)).toBe(4);
  });
});

describe("coverage over simulated samples", () => {
  const uniform = stats.random(20261122);
  const normal = (): number => stats.gaussian(uniform);
  const kinds: Readonly<Record<string, () => number>> = {
    "normal values": normal,
    "values of which one in five is eight times as wide": () => normal() + (uniform() < 0.2 ? 8 * normal() : 0),
  };
  const SAMPLES = 3_000;

  it.each(Object.keys(kinds).flatMap((kind) => [6, 10, 16].map((n) => [kind, n] as const)))(
    "Huber's interval at its own scale covers 95 %% of %s, n %d",
    (kind, n) => {
      const covered = Array.from({ length: SAMPLES }, () => {
        const values = Array.from({ length: n }, kinds[kind] ?? normal);
        const centre = stats.huber(values, stats.medianDeviation(values) ?? 0);
        if (centre === undefined) return false;
        const half = stats.studentQuantile(0.975, 0.7 * (n - 1)) * Math.sqrt(stats.huberVariance(centre, centre.share, n) / n);
        return Math.abs(centre.value) <= half;
      }).filter(Boolean).length;
      expect(covered / SAMPLES).toBeGreaterThan(0.935);
      expect(covered / SAMPLES).toBeLessThan(0.985);
    },
  );

  it("a level spent look by look is crossed by chance no more often than it says", () => {
    const LOOKS = 12;
    const called = Array.from({ length: 4_000 }, () => {
      let total = 0;
      return Array.from({ length: LOOKS }, (_, look) => {
        total += normal();
        const p = 1 - stats.normalCdf(total / Math.sqrt(look + 1));
        return stats.sequentialP(p, (look + 1) / LOOKS) <= 0.05;
      }).some(Boolean);
    }).filter(Boolean).length;
    expect(called / 4_000).toBeLessThan(0.05);
    expect(called / 4_000).toBeGreaterThan(0.02);
  });
});
