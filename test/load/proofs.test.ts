import { afterEach, describe, expect, it, vi } from "vitest";
import { requestLines, runLoad, schedule, type LoadRequest, type LoadResult } from "../../src/load/index.ts";
import { measure, metricOf } from "../../src/metrics/index.ts";
import type { Milliseconds, RequestSample } from "../../src/model/index.ts";
import { spawnFake, startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { aLoad, anEndpoint, never } from "./endpoint.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

async function load(script: Partial<Script>, over: Partial<LoadRequest> = {}, dialect = {}): Promise<LoadResult> {
  fake = await startFake(script);
  return runLoad(aLoad(fake.url, { endpoint: anEndpoint(fake.url, {}, dialect), ...over }), { signal: never });
}

const closed = (concurrency: number, requests: number) => ({ arrivals: { kind: "closed", concurrency, requests } }) as const;
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(q * values.length)] ?? Number.NaN;

function block(ms: Milliseconds): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe("times", () => {
  it("of the first byte, the first token and the first of the answer are three", async () => {
    const { samples } = await load({ roleDeltaMs: 10, ttftMs: 120, tpotMs: 20, reasoningEvents: 4 }, { api: "chat" });
    const request = samples.requests[0] as RequestSample;
    const { byteMs = 0, firstMs = 0, outputMs = 0, sendMs, tokenMs } = request;
    expect(byteMs).toBeGreaterThan(sendMs);
    expect(byteMs).toBeLessThan(firstMs);
    expect(firstMs - sendMs).toBeGreaterThanOrEqual(119);
    expect(outputMs).toBe(tokenMs[4]);
    expect(measure(samples, "w").map(({ metric }) => metric)).toEqual(expect.arrayContaining(["ttfb_p50", "ttfo_p50"]));
  });

  it("of several tokens an event give the exact TPOT", async () => {
    const { samples } = await load({ tokensPerEvent: 4, tpotMs: 10 }, { askedTokens: 41 });
    const [request] = samples.requests;
    const exact = ((request?.lastMs ?? 0) - (request?.firstMs ?? 0)) / 40;
    expect(metricOf("tpot_p50")?.of(samples)?.value).toBeCloseTo(exact, 9);
    expect(metricOf("tokens_per_event")?.of(samples)?.value).toBeCloseTo(41 / 11, 9);
  });

  it("do not move when the wall clock does", async () => {
    const wall = vi.spyOn(Date, "now").mockImplementation(() => 4_102_444_800_000 + Math.random() * 1e9);
    const { samples, completed } = await load({ ttftMs: 30 }, closed(2, 6));
    wall.mockRestore();
    expect(completed).toBe(6);
    expect(samples.durationMs).toBeLessThan(10_000);
    expect(samples.requests.every(({ sendMs, firstMs = 0 }) => firstMs - sendMs >= 29 && firstMs - sendMs < 5_000)).toBe(true);
  });

  it("of prompts of a megabyte are not made by the client", async () => {
    const apart = await spawnFake({ ttftMs: 1, tpotMs: 1 });
    try {
      const over = { prompts: { tokens: 150_000, pass: "long" }, askedTokens: 2, ...closed(8, 16) };
      const { samples, completed } = await runLoad(aLoad(apart.url, over), { signal: never });
      const log = await apart.log();
      expect(completed).toBe(16);
      // Sending begins when the bytes are made, and the server has the whole of them soon after.
      const [first] = samples.requests.map(({ sendMs, firstMs = Infinity }) => firstMs - sendMs).sort((a, b) => a - b);
      expect(first).toBeLessThan(2_000);
      expect(log.requests.every(({ body }) => body.length > 750_000)).toBe(true);
    } finally {
      await apart.close();
    }
  });
});

describe("an open loop before one server", () => {
  it("gives the latencies of the queue from the intended times; from the sending times alone it would not", async () => {
    const arrivals = { kind: "open", rate: 40, requests: 60, distribution: "poisson", maxInFlight: 1 } as const;
    const { samples, completed } = await load({ ttftMs: 18, oneAtATime: true }, { arrivals, askedTokens: 1 });
    expect(completed).toBe(60);
    // Lindley's recursion on the same arrivals, with the service times as they were.
    const due = schedule(arrivals, 1);
    let freeMs = 0;
    const theory = samples.requests.map(({ sendMs, lastMs = 0 }, i) => {
      const begin = Math.max(due[i] ?? 0, freeMs);
      freeMs = begin + lastMs - sendMs;
      return freeMs - (due[i] ?? 0);
    });
    const corrected = samples.requests.map(({ lastMs = 0, schedMs }) => lastMs - schedMs);
    const uncorrected = samples.requests.map(({ lastMs = 0, sendMs }) => lastMs - sendMs);
    for (const q of [0.5, 0.9]) expect(quantile(corrected, q) / quantile(theory, q)).toBeLessThan(1.5);
    expect(quantile(corrected, 0.9)).toBeGreaterThanOrEqual(quantile(theory, 0.9) * 0.98);
    expect(quantile(uncorrected, 0.9)).toBeLessThan(quantile(corrected, 0.9) * 0.8);
  });

  it("shows a block of its own event loop in the latencies and in the verdict", async () => {
    fake = await startFake({ ttftMs: 5 });
    const arrivals = { kind: "open", rate: 100, requests: 60, distribution: "constant" } as const;
    setTimeout(() => block(400), 250);
    const { samples, validity } = await runLoad(aLoad(fake.url, { arrivals, askedTokens: 2 }), { signal: never });
    expect(Math.max(...samples.requests.map(({ firstMs = 0, schedMs }) => firstMs - schedMs))).toBeGreaterThan(300);
    expect(Math.max(...samples.requests.map(({ sendMs, schedMs }) => sendMs - schedMs))).toBeGreaterThan(300);
    expect(validity.state).not.toBe("valid");
    expect(validity.reasons.join()).toContain("requests sent late by");
  });

  it("replays a trace at its times", async () => {
    const arrivals = { kind: "replay", requests: 4, atMs: [0, 40, 40, 200] } as const;
    const { samples } = await load({}, { arrivals, askedTokens: 2 });
    expect(samples.requests.map(({ schedMs }) => schedMs)).toEqual([0, 40, 40, 200]);
    expect(samples.requests.every(({ sendMs, schedMs }) => sendMs >= schedMs)).toBe(true);
  });
});

describe("a closed loop with a ramp", () => {
  it("grows to its concurrency over the ramp and not before", async () => {
    const arrivals = { kind: "closed", concurrency: 5, requests: 30, rampMs: 500 } as const;
    const { samples } = await load({ ttftMs: 60 }, { arrivals, askedTokens: 2 });
    const inFlightAt = (ms: number): number => samples.requests.filter(({ sendMs, lastMs = 0 }) => sendMs <= ms && lastMs > ms).length;
    expect(Math.max(...[0, 20, 50, 80].map(inFlightAt))).toBe(1);
    expect(fake?.log.peakInFlight).toBe(5);
  });
});

describe("a client that cannot keep up", () => {
  it("voids the run", async () => {
    fake = await startFake({ ttftMs: 5 });
    const hog = setInterval(() => block(120), 1);
    const { validity } = await runLoad(aLoad(fake.url, closed(2, 6)), { signal: never });
    clearInterval(hog);
    expect(validity.state).toBe("invalid");
  });
});

describe("the server's own counters", () => {
  const metrics = { metrics: true };

  it.each([
    [0.005, "valid"],
    [0.05, "degraded"],
    [0.93, "invalid"],
  ] as const)("with a prefix cache that held %d of prompts that share nothing make the pass %s", async (cacheHits, state) => {
    const { validity, server } = await load({ cacheHits, ttftMs: 20 }, closed(1, 4), metrics);
    expect(server).toMatchObject({ requests: 4, generatedTokens: 40 });
    expect(server?.cacheHitShare).toBeCloseTo(cacheHits, 9);
    expect(validity.reasons.filter((reason) => reason.includes("prefix cache"))).toHaveLength(state === "valid" ? 0 : 1);
    if (state === "invalid") expect(validity.state).toBe("invalid");
  });

  it("may hold prompts that share a beginning on purpose", async () => {
    const prompts = { tokens: 16, pass: "p", prefix: { tokens: 8, groups: 1 } };
    const { validity } = await load({ cacheHits: 0.5 }, { ...closed(1, 4), prompts }, metrics);
    expect(validity.reasons.join()).not.toContain("prefix cache");
  });

  it("tell cached tokens in usage as well", async () => {
    const { validity, samples } = await load({ cachedTokens: 12 }, closed(1, 4));
    expect(samples.requests[0]?.cachedTokens).toBe(12);
    expect(validity.reasons).toContain("the prefix cache held 75.0 % of prompts that share nothing");
  });

  it("show a first token that is late here alone, and others who use the server", async () => {
    const late = await load({ cacheHits: 0, ttftMs: 200, ttftSaidMs: 20 }, closed(1, 3), metrics);
    expect(late.validity.reasons.join()).toMatch(/the first token came \d+ ms later here than the server says/);
    await fake?.close();
    const shared = await load({ cacheHits: 0, foreign: 0 }, closed(1, 3), metrics);
    expect(shared.validity.reasons.join()).not.toContain("others use it");
  });

  it("tell each request's own times where vLLM is asked to", async () => {
    const { samples, server, validity } = await load({ tellsTimes: true, ttftMs: 60, tpotMs: 10 }, closed(1, 3));
    expect(samples.requests[0]?.server).toEqual({ ttftMs: 60, decodeMs: 90 });
    expect(server?.ttftGapP50Ms).toBeGreaterThan(-1);
    expect(server?.ttftGapP99Ms).toBeGreaterThanOrEqual(server?.ttftGapP50Ms ?? Infinity);
    expect(Math.abs(server?.decodeGapP50Ms ?? Infinity)).toBeLessThan(60);
    expect(validity.reasons.join()).not.toContain("later here than the server says");
    await fake?.close();
    const late = await load({ tellsTimes: true, ttftMs: 200, ttftSaidMs: 20 }, closed(1, 3));
    expect(late.server?.ttftGapP50Ms).toBeGreaterThanOrEqual(179);
    expect(late.validity.reasons.join()).toMatch(/the first token came \d+ ms later here than the server says \(median over requests\)/);
  });

  it("are left out where the server has none", async () => {
    expect((await load({}, closed(1, 2), metrics)).server).toBeUndefined();
  });
});

describe("SGLang's own stream", () => {
  it("is timed and counted like the others", async () => {
    const { samples, completed, errors } = await load({}, { api: "generate", ...closed(2, 4) });
    expect({ completed, errors }).toEqual({ completed: 4, errors: {} });
    expect(samples.requests[0]).toMatchObject({ promptTokens: 16, completionTokens: 10 });
    expect(samples.requests[0]?.tokenMs).toHaveLength(10);
    expect(JSON.parse(fake?.log.requests[0]?.body ?? "{}")).toMatchObject({ sampling_params: { max_new_tokens: 10, ignore_eos: true } });
  });
});

describe("several workers", () => {
  it("send every request once, keep the concurrency, and share one clock", async () => {
    const apart = await spawnFake({ ttftMs: 20 });
    try {
      const result = await runLoad(aLoad(apart.url, { workers: 2, ...closed(6, 40) }), { signal: never });
      const log = await apart.log();
      expect(result).toMatchObject({ completed: 40, errors: {}, connections: { opened: 6, reused: 34, reopened: 0 } });
      expect(new Set(log.requests.map(({ body }) => body)).size).toBe(40);
      expect(log.peakInFlight).toBe(6);
      expect(result.samples.requests.every(({ sendMs, firstMs = 0 }) => sendMs >= 0 && firstMs - sendMs >= 19)).toBe(true);
      expect(result.samples.durationMs).toBeLessThan(10_000);
    } finally {
      await apart.close();
    }
  });

  it("divide an open loop, and stop together when the server dies or the pass is cancelled", async () => {
    const apart = await spawnFake({ ttftMs: 20 });
    try {
      const arrivals = { kind: "open", rate: 200, requests: 20, distribution: "constant" } as const;
      const { samples } = await runLoad(aLoad(apart.url, { workers: 2, arrivals }), { signal: never });
      expect(samples.requests.map(({ schedMs }) => schedMs)).toEqual(Array.from({ length: 20 }, (_, i) => i * 5));
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 200);
      const cancelled = await runLoad(aLoad(apart.url, { workers: 2, ...closed(4, 100_000) }), { signal: controller.signal });
      expect(cancelled.stopped?.why).toBe("cancelled");
      setTimeout(() => apart.kill(), 200);
      const died = await runLoad(aLoad(apart.url, { workers: 2, ...closed(4, 100_000) }), { signal: never });
      expect(died.stopped?.why).toBe("server-gone");
    } finally {
      await apart.close();
    }
  });
});

describe("a pass too large to keep every time", () => {
  it("keeps those of a random sample and exact ends, counts and stalls of all", async () => {
    const whole = await load({ ttftMs: 1 }, closed(8, 200));
    await fake?.close();
    const { samples } = await load({ ttftMs: 1 }, { ...closed(8, 200), keepTimes: 500 });
    const kept = samples.requests.filter(({ tokenMs }) => tokenMs.length > 0).length;
    expect(kept).toBeGreaterThan(20);
    expect(kept).toBeLessThan(90);
    const unkept = samples.requests.filter(({ tokenMs }) => tokenMs.length === 0);
    expect(
      unkept.every(
        ({ events, firstMs, lastMs, longestGapMs }) => events === 10 && (lastMs ?? 0) >= (firstMs ?? 1) && longestGapMs !== undefined,
      ),
    ).toBe(true);
    const value = (tag: string, of: LoadResult["samples"]): number => metricOf(tag)?.of(of)?.n ?? 0;
    expect(value("itl_max", samples)).toBe(200 * 9);
    expect(value("itl_p50", samples)).toBe(kept * 9);
    expect(value("tokens_per_event", samples)).toBe(value("tokens_per_event", whole.samples));
    expect(metricOf("output_throughput")?.of(samples)?.value).toBeGreaterThan(0);
  });

  it("writes every request as a line", async () => {
    const result = await load({}, closed(2, 5));
    const lines = [...requestLines(result)].map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(lines[0]).toMatchObject({ prompt_tokens: 16, completion_tokens: 10, asked_tokens: 10, events: 10 });
    expect(lines[0]?.["token_ms"]).toHaveLength(10);
  });
});

describe("a plateau of known height", () => {
  it("is what the steady window finds between ramp and drain", () => {
    // Ten lanes start 100 ms apart and end together: 100 tokens a second each on the plateau.
    const requests = Array.from({ length: 10 }, (_, lane) =>
      Array.from({ length: 20 }, (_each, i) => {
        const sendMs = lane * 100 + i * 500;
        const tokenMs = Float64Array.from({ length: 50 }, (_token, k) => sendMs + 10 * (k + 1));
        return { schedMs: sendMs, sendMs, firstMs: sendMs + 10, lastMs: sendMs + 500, tokenMs, completionTokens: 50, askedTokens: 50 };
      }),
    ).flat();
    const samples = { requests, durationMs: 10_900, concurrency: 10 };
    const plateau = metricOf("output_throughput")?.of(samples)?.value ?? 0;
    expect(Math.abs(plateau / 1_000 - 1)).toBeLessThan(0.01);
    expect(metricOf("output_throughput_whole")?.of(samples)?.value).toBeLessThan(930);
  });
});
