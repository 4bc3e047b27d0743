import { describe, expect, it } from "vitest";
import { promptWords, schedule, textPrompt, tokenPrompt } from "../../src/load/index.ts";

const warmUp = { tokens: 64, pass: "warm-up" };
const pass = { tokens: 64, pass: "measured" };
const indices = Array.from({ length: 500 }, (_, i) => i);

describe("prompts", () => {
  it("have exactly the length asked, in tokens that every vocabulary knows", () => {
    const ids = indices.flatMap((i) => tokenPrompt(pass, 7, i));
    expect(ids).toHaveLength(500 * 64);
    expect(Math.min(...ids)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...ids)).toBeLessThan(30_000);
    expect(tokenPrompt({ tokens: 1, pass: "x" }, 7, 3)).toHaveLength(1);
    expect(tokenPrompt({ ...pass, vocabulary: [10, 12] }, 7, 3).every((id) => id === 10 || id === 11)).toBe(true);
  });

  it("share no first token within a pass, so that no prefix cache can help", () => {
    expect(new Set(indices.map((i) => tokenPrompt(pass, 7, i)[0])).size).toBe(500);
  });

  it("differ between passes, requests and seeds, and repeat for the same seed", () => {
    const made = [tokenPrompt(pass, 7, 3), tokenPrompt(pass, 7, 4), tokenPrompt(warmUp, 7, 3), tokenPrompt(pass, 8, 3)].map(String);
    expect(new Set(made).size).toBe(4);
    expect(String(tokenPrompt(pass, 7, 3))).toBe(made[0]);
    const texts = [textPrompt(pass, 7, 3), textPrompt(pass, 7, 4), textPrompt(warmUp, 7, 3), textPrompt(pass, 8, 3)];
    expect(new Set(texts.map((text) => text.slice(0, 6))).size).toBe(4);
    expect(textPrompt(pass, 7, 3)).toBe(texts[0]);
  });

  it("count an ending towards the length of a text", () => {
    const prompts = { tokens: 40, pass: "x", ending: "\nQuestion: how many?\nAnswer:", wordsPerToken: 1 };
    const text = textPrompt(prompts, 1, 0);
    expect(text.endsWith(prompts.ending)).toBe(true);
    expect(text.split(/\s+/)).toHaveLength(40);
    expect(promptWords(prompts)).toBe(40);
  });
});

describe("arrivals", () => {
  const open = { kind: "open", rate: 50, requests: 20_000, distribution: "poisson" } as const;

  it("are evenly spaced when constant, without drift", () => {
    const times = schedule({ ...open, requests: 10_001, distribution: "constant" }, 1);
    expect([times[0], times[1], times[10_000]]).toEqual([0, 20, 200_000]);
  });

  it("have exponential gaps of the right mean when Poisson", () => {
    const times = schedule(open, 1);
    const gaps = Array.from(times.subarray(1), (at, i) => at - (times[i] ?? 0)).sort((a, b) => a - b);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(20, 0);
    // Kolmogorov–Smirnov distance; 1.36/√n is the 5 % bound.
    const distance = Math.max(...gaps.map((gap, i) => Math.abs(1 - Math.exp(-gap / 20) - i / gaps.length)));
    expect(distance).toBeLessThan(1.36 / Math.sqrt(gaps.length));
  });

  it("are the same for the same seed and others for another", () => {
    expect(schedule(open, 5)).toEqual(schedule(open, 5));
    expect(schedule(open, 5)).not.toEqual(schedule(open, 6));
  });
});
