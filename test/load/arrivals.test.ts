import { describe, expect, it } from "vitest";
import { schedule, type OpenLoop } from "../../src/load/index.ts";
import { md1Quantile } from "./md1.ts";

const open: OpenLoop = { kind: "open", rate: 50, requests: 20_000, distribution: "poisson" };

function gaps(arrivals: OpenLoop, seed = 1): number[] {
  const times = schedule(arrivals, seed);
  return Array.from(times.subarray(1), (at, i) => at - (times[i] ?? 0));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function variation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) / centre;
}

/** Kolmogorov–Smirnov distance to a distribution; 1.36/√n is the 5 % bound. */
function distance(values: readonly number[], cdf: (x: number) => number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return Math.max(
    ...ascending.map((value, i) => Math.max(Math.abs(cdf(value) - i / values.length), Math.abs(cdf(value) - (i + 1) / values.length))),
  );
}

describe("arrivals", () => {
  it("are evenly spaced when constant, without drift", () => {
    const times = schedule({ ...open, requests: 10_001, distribution: "constant" }, 1);
    expect([times[0], times[1], times[10_000]]).toEqual([0, 20, 200_000]);
  });

  it("have exponential gaps and the rate asked when Poisson", () => {
    const found = gaps(open);
    expect(distance(found, (x) => 1 - Math.exp(-x / 20))).toBeLessThan(1.36 / Math.sqrt(found.length));
    const longer = gaps({ ...open, requests: 400_000 });
    expect(Math.abs(mean(longer) / 20 - 1)).toBeLessThan(0.005);
  });

  it("have gamma gaps of shape 2, whose distribution is known in closed form", () => {
    const found = gaps({ ...open, distribution: "gamma", burstiness: 2 });
    const cdf = (x: number): number => 1 - Math.exp(-x / 10) * (1 + x / 10);
    expect(distance(found, cdf)).toBeLessThan(1.36 / Math.sqrt(found.length));
  });

  it.each([0.25, 0.5, 1, 4])("have coefficient of variation 1/√shape and the rate asked at burstiness %d", (burstiness) => {
    const found = gaps({ ...open, requests: 50_000, distribution: "gamma", burstiness });
    expect(variation(found) * Math.sqrt(burstiness)).toBeCloseTo(1, 1);
    expect(Math.abs(mean(found) / 20 - 1)).toBeLessThan(0.03);
  });

  it("grow to the rate asked in a ramp and keep it afterwards", () => {
    const times = schedule({ ...open, requests: 1_000, distribution: "constant", rampMs: 10_000 }, 1);
    const before = (ms: number): number => times.filter((at) => at < ms).length;
    // From 5 to 50 a second over 10 s: 275 requests, of them 27.5 % in the first half… by the integral of the rate.
    expect(before(10_000)).toBeGreaterThanOrEqual(275);
    expect(before(10_000)).toBeLessThanOrEqual(276);
    expect(before(5_000)).toBe(82);
    expect((times[999] ?? 0) - (times[899] ?? 0)).toBeCloseTo(2_000, 6);
  });

  it("follow a trace to the millisecond", () => {
    expect([...schedule({ kind: "replay", requests: 3, atMs: [0, 12.5, 900] }, 1)]).toEqual([0, 12.5, 900]);
  });

  it("are the same for the same seed and others for another", () => {
    expect(schedule(open, 5)).toEqual(schedule(open, 5));
    expect(schedule(open, 5)).not.toEqual(schedule(open, 6));
  });

  it("make the queue of a single server that M/D/1 theory predicts", () => {
    const serviceMs = 14;
    const times = schedule({ ...open, requests: 400_000 }, 3);
    let endMs = 0;
    const waits = Array.from(times, (at) => {
      const wait = Math.max(0, endMs - at);
      endMs = at + wait + serviceMs;
      return wait;
    }).sort((a, b) => a - b);
    for (const q of [0.5, 0.9, 0.99]) {
      const measured = (waits[Math.floor(q * waits.length)] ?? 0) + serviceMs;
      const theory = md1Quantile(q, 50 / 1_000, serviceMs) + serviceMs;
      expect(Math.abs(measured / theory - 1)).toBeLessThan(0.02);
    }
  });
});
