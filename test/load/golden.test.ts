import { describe, expect, it } from "vitest";
import { benchJson, type LoadResult } from "../../src/load/index.ts";
import { measure, metricOf } from "../../src/metrics/index.ts";
import type { RequestSample, Samples, Slo } from "../../src/model/index.ts";
import vectors from "../corpus/vllm-metrics/vectors.json" with { type: "json" };

type Case = (typeof vectors.cases)[number];

function samplesOf({ records, duration, goodput }: Case): Samples {
  const requests = records.map(({ start, ttft, itl, tokens, prompt, failed }): RequestSample => {
    const times = itl.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap * 1_000], [(start + ttft) * 1_000]);
    const common = { schedMs: start * 1_000, sendMs: start * 1_000, tokenMs: Float64Array.from(times), askedTokens: tokens };
    const ends = { firstMs: times[0] as number, lastMs: times.at(-1) as number };
    return { ...common, ...ends, promptTokens: prompt, completionTokens: tokens, ...(failed ? { error: "truncated-stream" } : {}) };
  });
  const slo: Slo = Object.fromEntries(Object.entries(goodput).map(([name, ms]) => [`${name}Ms`, ms]));
  return { requests, durationMs: duration * 1_000, concurrency: 1, slo };
}

function resultOf(samples: Samples): LoadResult {
  return {
    samples,
    validity: { state: "valid", reasons: [] },
    connections: { opened: 0, reused: 0, reopened: 0 },
    client: { loopLagP50Ms: 0, loopLagP99Ms: 0, loopLagMaxMs: 0, loopBusy: 0, cpuShare: 0 },
    asked: samples.requests.length,
    completed: samples.requests.filter(({ error }) => error === undefined).length,
    errors: {},
    examples: {},
    texts: [],
    startedMs: 0,
  };
}

/** Equal to one part in 10⁹. vLLM writes 0 where there is nothing to measure; we leave it out. */
function same(ours: number | undefined, theirs: number): boolean {
  return Math.abs((ours ?? 0) - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));
}

const NAMES: Record<string, string> = { total_input: "total_input_tokens", total_output: "total_output_tokens" };

describe(`the records on which calculate_metrics of vLLM ${vectors.vllm} was run`, () => {
  it.each(vectors.cases.map((one) => [one.name, one] as const))("give the same JSON fields: %s", (_, one) => {
    const ours = benchJson(resultOf(samplesOf(one)), { model: "m", arrivals: { kind: "closed", concurrency: 1, requests: 1 }, date: "d" });
    const wrong = Object.entries(one.metrics)
      .map(([field, theirs]) => ({ field, theirs, ours: ours[NAMES[field] ?? field] as number | undefined }))
      .filter((each) => !same(each.ours, each.theirs));
    expect(wrong).toEqual([]);
  });

  it.each(vectors.cases.map((one) => [one.name, one] as const))(
    "give the same value for every metric that bears a field's name: %s",
    (_, one) => {
      const fields = one.metrics as Record<string, number>;
      const wrong = measure(samplesOf(one), "w")
        .map(({ metric, value }) => ({ metric, value, theirs: fields[metricOf(metric)?.field ?? ""] }))
        .filter(({ value, theirs }) => theirs !== undefined && !same(value, theirs));
      expect(wrong).toEqual([]);
      const compared = measure(samplesOf(one), "w").filter(({ metric }) => (metricOf(metric)?.field ?? "") in fields);
      expect(compared.length).toBeGreaterThan(8);
    },
  );

  it("are not matched by formulas that are a little off", () => {
    const [one] = vectors.cases;
    const samples = samplesOf(one as Case);
    const shifted = { ...samples, requests: samples.requests.map((each) => ({ ...each, sendMs: each.sendMs - 1e-6 })) };
    const theirs = (one as Case).metrics;
    expect(same(metricOf("ttft_mean")?.of(samples)?.value, theirs.mean_ttft_ms)).toBe(true);
    expect(same(metricOf("ttft_mean")?.of(shifted)?.value, theirs.mean_ttft_ms)).toBe(false);
  });
});
