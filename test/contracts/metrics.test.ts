import { describe, expect, it } from "vitest";
import { measure, metricOf, metrics } from "../../src/metrics/index.ts";
import type { RequestSample, Samples } from "../../src/model/index.ts";

/** A completed request: sent at `send`, first token after `ttft`, then `gaps` between events; one token an event unless told. */
function request(send: number, ttft: number, gaps: readonly number[], over: Partial<RequestSample> = {}): RequestSample {
  const times = gaps.reduce((all, gap) => [...all, (all.at(-1) ?? 0) + gap], [send + ttft]);
  return {
    schedMs: send,
    sendMs: send,
    firstMs: times[0] as number,
    lastMs: times.at(-1) as number,
    tokenMs: Float64Array.from(times),
    byteMs: send + ttft - 5,
    outputMs: send + ttft + 15,
    promptTokens: 10,
    completionTokens: times.length,
    askedTokens: times.length,
    ...over,
  };
}

/** Two at a time: 0–100 and 0–100, then 100–200 alone. */
const small: Samples = {
  requests: [
    request(0, 20, [20, 20, 20, 20]),
    request(0, 40, [20, 20, 20]),
    request(100, 60, [20, 20]),
    { schedMs: 0, sendMs: 0, tokenMs: new Float64Array(), askedTokens: 5, error: "timeout" },
  ],
  durationMs: 200,
  concurrency: 2,
  // The first two meet it, the third is 60 ms late with its first token, the fourth failed.
  slo: { ttftMs: 50, tpotMs: 30 },
};

/** Values worked out by hand from `small`. */
const worked: Record<string, number | undefined> = {
  // Both in flight from 0 to 100 ms; the 5 + 4 tokens of the first two requests arrive in it.
  output_throughput: 9 / 0.1,
  output_throughput_whole: 12 / 0.2,
  total_token_throughput: (30 + 12) / 0.2,
  request_throughput: 3 / 0.2,
  ttft_mean: 40,
  ttft_p50: 40,
  // Position 2 × 0.9 = 1.8 between 40 and 60.
  ttft_p90: 56,
  ttft_p95: 58,
  ttft_p99: undefined,
  ttft_p99_9: undefined,
  tpot_mean: 20,
  tpot_p50: 20,
  tpot_p90: 20,
  tpot_p95: 20,
  tpot_p99: undefined,
  tpot_p99_9: undefined,
  itl_mean: 20,
  itl_p50: 20,
  itl_p90: 20,
  itl_p95: 20,
  itl_p99: undefined,
  itl_p99_9: undefined,
  itl_max: 20,
  e2el_mean: 100,
  e2el_p50: 100,
  e2el_p90: 100,
  e2el_p95: 100,
  e2el_p99: undefined,
  e2el_p99_9: undefined,
  ttfb_mean: 35,
  ttfb_p50: 35,
  ttfb_p90: 51,
  ttfb_p95: 53,
  ttfb_p99: undefined,
  ttfb_p99_9: undefined,
  ttfo_mean: 55,
  ttfo_p50: 55,
  ttfo_p90: 71,
  ttfo_p95: 73,
  ttfo_p99: undefined,
  ttfo_p99_9: undefined,
  goodput: 2 / 0.2,
  slo_attainment: 50,
  error_rate: 25,
  tokens_per_event: 1,
  accuracy: undefined,
  prefill_decode_kl: undefined,
  prefill_decode_top1: undefined,
};

const openLoop: Samples = { ...small, requests: small.requests.map((each, i) => ({ ...each, schedMs: each.sendMs - 10 * (i + 1) })) };
const workedOpen: Record<string, number | undefined> = {
  ttft_queued_mean: 60,
  ttft_queued_p50: 60,
  ttft_queued_p90: 84,
  ttft_queued_p95: 87,
  ttft_queued_p99: undefined,
  ttft_queued_p99_9: undefined,
  schedule_delay_mean: 20,
  schedule_delay_p50: 20,
  schedule_delay_p90: 28,
  schedule_delay_p95: 29,
  schedule_delay_p99: undefined,
  schedule_delay_p99_9: undefined,
};

describe.each(metrics.map((metric) => [metric.tag, metric] as const))("the metric %s", (tag, metric) => {
  it("says what it is", () => {
    expect(metric.tag).toMatch(/^[a-z0-9_]+$/);
    expect(metric.title).not.toBe("");
    expect(metric.formula).not.toBe("");
    expect(metric.digits).toBeGreaterThanOrEqual(0);
    expect(["higher", "lower"]).toContain(metric.better);
  });

  it("is absent, not zero, when there are no samples", () => {
    expect(metric.of({ requests: [], durationMs: 1_000, concurrency: 4 })).toBeUndefined();
  });

  it("has the value worked out by hand", () => {
    expect(tag in worked || tag in workedOpen).toBe(true);
    const expected = tag in worked ? worked[tag] : workedOpen[tag];
    const value = metric.of(tag in worked ? small : openLoop)?.value;
    expect(value === undefined).toBe(expected === undefined);
    expect(value ?? 0).toBeCloseTo(expected ?? 0, 9);
  });

  it("brackets its value with its interval and counts its samples", () => {
    const closed = busy(3_700);
    const open = { ...closed, requests: closed.requests.map((each, i) => ({ ...each, schedMs: each.sendMs - (i % 5) })) };
    const measured = metric.of(tag in worked ? closed : open);
    // These are for their own checks to compute.
    expect(measured === undefined).toBe(/^(accuracy|prefill_decode_)/.test(tag));
    const { value, n, low = value, high = value } = measured ?? { value: 0, n: 1 };
    expect(n).toBeGreaterThan(0);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  });
});

/** A closed loop of four with latencies that differ from request to request. */
function busy(count: number): Samples {
  const requests = Array.from({ length: count }, (_, i) => request(Math.floor(i / 4) * 300, 30 + (i % 7), [20 + (i % 3), 20, 22, 19]));
  return { requests, durationMs: (count / 4) * 300, concurrency: 4, slo: { ttftMs: 34 } };
}

describe("measuring a pass", () => {
  it("leaves out what was not measured and keeps the order of the shelf", () => {
    const tags = measure(small, "8→5 c=2").map((value) => value.metric);
    expect(tags).toEqual(metrics.map((metric) => metric.tag).filter((tag) => worked[tag] !== undefined));
  });

  it("withholds p99 below 368 requests and p99.9 below 3,688", () => {
    const has = (count: number, tag: string): boolean => measure(busy(count), "w").some((value) => value.metric === tag);
    expect([367, 368].map((count) => has(count, "ttft_p99"))).toEqual([false, true]);
    expect([367, 368].map((count) => has(count, "itl_p99"))).toEqual([false, true]);
    expect([3_687, 3_688].map((count) => has(count, "ttft_p99_9"))).toEqual([false, true]);
  });

  it("gives p90 an upper bound from 36 requests on", () => {
    const bound = (count: number): boolean => metricOf("ttft_p90")?.of(busy(count))?.high !== undefined;
    expect([35, 36].map(bound)).toEqual([false, true]);
  });

  it("keeps failed requests out of every latency, however slow they were", () => {
    const slow = request(0, 90_000, [50_000], { error: "truncated-stream" });
    const withFailure: Samples = { ...small, requests: [...small.requests, slow] };
    const latencies = (samples: Samples): unknown => measure(samples, "w").filter((value) => /^(ttft|tpot|itl|e2el)/.test(value.metric));
    expect(latencies(withFailure)).toEqual(latencies(small));
    expect(metricOf("error_rate")?.of(withFailure)?.value).toBe(40);
  });

  it("takes tokens from the server's usage when an event carries several", () => {
    const chunked: Samples = { requests: [request(0, 10, [40, 40], { completionTokens: 9 })], durationMs: 100, concurrency: 1 };
    expect(metricOf("tpot_p50")?.of(chunked)?.value).toBe(10);
    expect(metricOf("itl_p50")?.of(chunked)?.value).toBe(40);
    expect(metricOf("tokens_per_event")?.of(chunked)?.value).toBe(3);
    expect(metricOf("output_throughput_whole")?.of(chunked)?.value).toBe(90);
    // In flight from 0 to 90 ms, and all nine tokens arrive in it.
    expect(metricOf("output_throughput")?.of(chunked)?.value).toBeCloseTo(100, 9);
  });

  it("leaves a request without a usage count out of everything", () => {
    const { completionTokens: _, ...bare } = request(0, 10, [40]);
    expect(measure({ requests: [bare], durationMs: 100, concurrency: 1 }, "w").map((value) => value.metric)).toEqual(["error_rate"]);
  });

  it("gives no steady throughput where the intended load was never reached", () => {
    expect(metricOf("output_throughput")?.of({ ...small, concurrency: 8 })).toBeUndefined();
    expect(metricOf("output_throughput_whole")?.of({ ...small, concurrency: 8 })?.value).toBeCloseTo(60, 9);
  });

  it("measures the plateau and not the ramp or the drain", () => {
    // Eight streams start 500 ms apart, each a token every 10 ms until 10 s after its start: 8 × 100 tokens/s on the plateau.
    const requests = Array.from({ length: 8 }, (_, i) =>
      request(
        i * 500,
        10,
        Array.from({ length: 999 }, () => 10),
      ),
    );
    const samples: Samples = { requests, durationMs: 13_500, concurrency: 8 };
    expect(metricOf("output_throughput")?.of(samples)?.value).toBeCloseTo(800, 0);
    expect(metricOf("output_throughput_whole")?.of(samples)?.value).toBeCloseTo(8_000 / 13.5, 6);
  });
});
