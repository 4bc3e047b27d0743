import { describe, expect, it } from "vitest";
import * as stats from "../../src/stats/index.ts";
import vectors from "./vectors.json" with { type: "json" };

/** Matches a number to 1e-9: relative for numbers away from zero, absolute near it. */
const about = (expected: number): unknown => within(1e-9 * Math.max(1, Math.abs(expected)), expected);

/** Relative throughout: a tail probability of 1e-30 is not the same as zero. */
const inTail = (expected: number): unknown => within(1e-9 * Math.abs(expected), expected);

function within(error: number, expected: number): unknown {
  return { asymmetricMatch: (actual: number) => Math.abs(actual - expected) <= error, toString: () => `${expected} ± ${error}` };
}

type Row = readonly number[];
const table = (rows: unknown): readonly Row[] => rows as readonly Row[];

describe("against scipy and statsmodels, to nine digits", () => {
  it.each(table(vectors.logGamma))("ln Γ(%d)", (x = 0, expected = 0) => expect(stats.logGamma(x)).toEqual(about(expected)));
  it.each(table(vectors.incompleteBeta))("I_%d(%d, %d)", (x = 0, a = 0, b = 0, expected = 0) =>
    expect(stats.incompleteBeta(x, a, b)).toEqual(inTail(expected)),
  );
  it.each(table(vectors.normalCdf))("Φ(%d)", (z = 0, expected = 0) => expect(stats.normalCdf(z)).toEqual(inTail(expected)));
  it.each(table(vectors.normalQuantile))("normal quantile of %d", (p = 0, expected = 0) =>
    expect(stats.normalQuantile(p)).toEqual(about(expected)),
  );
  it.each(table(vectors.studentCdf))("P(T ≤ %d), %d df", (t = 0, df = 0, expected = 0) =>
    expect(stats.studentCdf(t, df)).toEqual(inTail(expected)),
  );
  it.each(table(vectors.studentQuantile))("t quantile of %d, %d df", (p = 0, df = 0, expected = 0) =>
    expect(stats.studentQuantile(p, df)).toEqual(about(expected)),
  );
  it.each(table(vectors.binomialCdf))("P(X ≤ %d) of %d with %d", (k = 0, n = 0, p = 0, expected = 0) =>
    expect(stats.binomialCdf(k, n, p)).toEqual(about(expected)),
  );
  it.each(table(vectors.clopperPearson))("Clopper–Pearson %d of %d", (k = 0, n = 0, low = 0, high = 0) => {
    expect(stats.clopperPearson(k, n).low).toEqual(about(low));
    expect(stats.clopperPearson(k, n).high).toEqual(about(high));
  });
  it.each(table(vectors.wilson))("Wilson %d of %d", (k = 0, n = 0, low = 0, high = 0) => {
    expect(stats.wilson(k, n).low).toEqual(about(low));
    expect(stats.wilson(k, n).high).toEqual(about(high));
  });
  it.each(table(vectors.mcnemarMidP))("McNemar mid-p %d against %d", (b = 0, c = 0, expected = 0) =>
    expect(stats.mcnemarMidP(b, c)).toEqual(about(expected)),
  );
  it.each(table(vectors.mcnemarPower))(
    "power of McNemar's test on %d pairs, %d worse and %d better",
    (n = 0, worse = 0, better = 0, expected = 0) => {
      expect(stats.mcnemarPower(n, worse, better)).toBeCloseTo(expected, 9);
    },
  );
  it("finds the smallest loss with its power, and none where too few are asked", () => {
    const least = stats.detectableLoss(1319, 0.01) ?? NaN;
    expect(stats.mcnemarPower(1319, 0.005 + least, 0.005)).toBeCloseTo(0.8, 6);
    expect(stats.mcnemarPower(1319, 0.005 + least - 1e-4, 0.005)).toBeLessThan(0.8);
    expect(stats.detectableLoss(4, 0.01)).toBeUndefined();
  });
  it.each(table(vectors.fisherExact))("Fisher %d of %d against %d of %d", (k = 0, n = 0, otherK = 0, otherN = 0, expected = 0) =>
    expect(stats.fisherExact(k, n, otherK, otherN)).toEqual(about(expected)),
  );
  it.each(table(vectors.mcnemarExact))("McNemar %d against %d", (b = 0, c = 0, expected = 0) =>
    expect(stats.mcnemarExact(b, c)).toEqual(about(expected)),
  );

  it("quantiles of type 7", () => {
    for (const [values, q, expected] of vectors.quantile as [number[], number, number][]) {
      expect(stats.quantile(stats.sorted(values), q)).toEqual(about(expected));
    }
  });
  it("variances", () => {
    for (const [values, expected] of vectors.variance as [number[], number][]) expect(stats.variance(values)).toEqual(about(expected));
  });
  it.each(vectors.meanInterval)("t interval of a mean", ({ values, value, low, high }) => {
    const actual = stats.meanInterval(values);
    expect(actual?.value).toEqual(about(value));
    expect(actual?.low).toEqual(about(low));
    expect(actual?.high).toEqual(about(high));
  });
  it.each(vectors.welch)("Welch's interval", ({ before, after, value, low, high }) => {
    const actual = stats.welch(before, after);
    expect(actual?.value).toEqual(about(value));
    expect(actual?.low).toEqual(about(low));
    expect(actual?.high).toEqual(about(high));
  });
  it("Benjamini and Hochberg's adjustment", () => {
    const { p, adjusted } = vectors.benjaminiHochberg;
    for (const [i, value] of stats.benjaminiHochberg(p).entries()) expect(value).toEqual(about(adjusted[i] ?? Number.NaN));
  });
  it.each(table(vectors.quantileRanks))("ranks around the quantile, n %d, q %d", (n = 0, q = 0, low = 0, high = 0) => {
    const ranks = stats.sorted(Array.from({ length: n }, (_, i) => i + 1));
    expect(stats.quantileInterval(ranks, q)).toEqual({ ...(low >= 1 ? { low } : {}), ...(high <= n ? { high } : {}) });
  });
});
