import { afterEach, describe, expect, it } from "vitest";
import { benchJson, runLoad, type LoadRequest, type LoadResult } from "../../src/load/index.ts";
import { monotonicMs, spawnFake, startFake, type FakeLog, type Script } from "../fakes/openai-server.ts";
import { aLoad, never } from "./endpoint.ts";

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function truth(script: Partial<Script>, over: Partial<LoadRequest> = {}): Promise<LoadResult> {
  const fake = await startFake(script);
  close = () => fake.close();
  return runLoad(aLoad(fake.url, over), { signal: never });
}

/** The server in another process, so that the two do not wait for each other; both clocks are the system's monotonic one. */
async function truthApart(
  script: Partial<Script>,
  over: Partial<LoadRequest>,
): Promise<{ result: LoadResult; log: FakeLog; offsetMs: number }> {
  const fake = await spawnFake(script);
  close = () => fake.close();
  const result = await runLoad(aLoad(fake.url, over), { signal: never });
  // From this process's clock to the one both share.
  return { result, log: await fake.log(), offsetMs: monotonicMs() - performance.now() };
}

const chat = (script: Partial<Script>): Promise<LoadResult> =>
  truth(script, { api: "chat", arrivals: { kind: "closed", concurrency: 1, requests: 3 } });

const firstAfter = ({ samples }: LoadResult): number[] => samples.requests.map(({ firstMs = Number.NaN, sendMs }) => firstMs - sendMs);
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe("against a server with a known clock", () => {
  it("a token's time is when it reached the socket, never before it was written", async () => {
    const arrivals = { kind: "closed", concurrency: 16, requests: 48 } as const;
    const { result, log, offsetMs } = await truthApart({ ttftMs: 20, tpotMs: 10 }, { arrivals, askedTokens: 40 });
    const written = log.requests.flatMap(({ tokenMs }) => tokenMs).sort((a, b) => a - b);
    const read = result.samples.requests
      .flatMap(({ tokenMs }) => Array.from(tokenMs, (at) => at + result.startedMs + offsetMs))
      .sort((a, b) => a - b);
    expect(read).toHaveLength(48 * 40);
    const late = read.map((at, i) => at - (written[i] ?? 0)).sort((a, b) => a - b);
    expect(late[0]).toBeGreaterThan(-0.2);
    // Loose: the bars are kept by the fidelity bench; here only a parser or a queue in the way must show.
    expect(middle(late)).toBeLessThan(100);
  });

  it("a role-only delta is not the first token", async () => {
    const result = await chat({ roleDeltaMs: 10, ttftMs: 200 });
    expect(Math.min(...firstAfter(result))).toBeGreaterThanOrEqual(199);
  });

  it.each(["reasoning_content", "reasoning", "tool_calls"] as const)("the first token may come as %s", async (channel) => {
    const result = await chat({ channel, ttftMs: 60 });
    expect(result.completed).toBe(3);
    expect(Math.min(...firstAfter(result))).toBeGreaterThanOrEqual(59);
    expect(middle(firstAfter(result))).toBeLessThan(160);
  });

  it.each(["separate", "with-finish", "continuous"] as const)("finish and usage chunks (%s) are no tokens", async (usage) => {
    const result = await truth({ usage });
    const [request] = result.samples.requests;
    expect(request?.tokenMs).toHaveLength(10);
    expect(request).toMatchObject({ completionTokens: 10, promptTokens: 16, lastMs: request?.tokenMs[9] });
  });

  it("several tokens an event change the events, not the token count", async () => {
    const result = await truth({ tokensPerEvent: 4, tpotMs: 10 }, { askedTokens: 41 });
    const [request] = result.samples.requests;
    expect(request?.tokenMs).toHaveLength(11);
    expect(request?.completionTokens).toBe(41);
  });

  it("a stall in mid-stream is one long gap", async () => {
    const result = await truth({ stall: { at: 5, ms: 700 } });
    const [request] = result.samples.requests;
    const gaps = Array.from(request?.tokenMs.subarray(1) ?? [], (at, i) => at - (request?.tokenMs[i] ?? 0));
    // The token before it may itself have been late, on a busy machine.
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(600);
    // A busy machine may add a pause of its own; averaging over the answer would leave none.
    expect(gaps.filter((gap) => gap > 350).length).toBeLessThan(4);
  });

  it.each([
    ["a byte a write", { write: "bytes" }],
    ["CRLF", { lineEnd: "\r\n" }],
    ["CR", { lineEnd: "\r" }],
    ["no space and comments", { space: false, comments: true }],
    ["everything in one write", { write: "together" }],
    ["no [DONE]", { done: false, usage: "with-finish" }],
  ] as const)("a stream with %s is read whole", async (_, script) => {
    const result = await truth(script, { keepTexts: 1 });
    expect(result).toMatchObject({ completed: 1, errors: {} });
    expect(result.samples.requests[0]?.tokenMs).toHaveLength(10);
    expect(result.texts[0]?.split(" ")).toHaveLength(11);
  });

  it("a server killed in mid-run ends the pass with the time it went", async () => {
    const fake = await spawnFake({ ttftMs: 20 });
    close = () => fake.close();
    setTimeout(() => fake.kill(), 400);
    const arrivals = { kind: "closed", concurrency: 4, requests: 100_000 } as const;
    const result = await runLoad(aLoad(fake.url, { arrivals }), { signal: never });
    expect(result.stopped?.why).toBe("server-gone");
    expect(result.stopped?.atMs).toBeGreaterThan(100);
    expect(result.completed + Object.values(result.errors).reduce((sum, n) => sum + n, 0)).toBe(result.samples.requests.length);
  });

  it("queueing before a slow server is seen from the intended time and only from there", async () => {
    const arrivals = { kind: "open", rate: 50, requests: 20, distribution: "constant", maxInFlight: 1 } as const;
    const result = await truth({ ttftMs: 60, tpotMs: 0.1 }, { arrivals, askedTokens: 2 });
    const [queued, served] = [result.samples.requests.map(({ firstMs = Number.NaN, schedMs }) => firstMs - schedMs), firstAfter(result)];
    expect(queued.at(-1)).toBeGreaterThan(20 * 60 - 19 * 20 - 5);
    expect(middle(served)).toBeLessThan(200);
  });
});

describe("the JSON of a pass", () => {
  it("has the names that vllm bench serve writes", async () => {
    const arrivals = { kind: "closed", concurrency: 2, requests: 6 } as const;
    const result = await truth({ longest: 8 }, { arrivals });
    const written = benchJson(result, { model: "fake", arrivals, date: "2026-11-21T00:00:00.000Z" });
    expect(written).toMatchObject({
      model_id: "fake",
      num_prompts: 6,
      max_concurrency: 2,
      request_rate: "inf",
      completed: 6,
      failed: 0,
      total_input_tokens: 96,
      total_output_tokens: 48,
    });
    for (const name of ["ttft", "tpot", "itl", "e2el"]) {
      for (const field of [`mean_${name}_ms`, `median_${name}_ms`, `std_${name}_ms`, `p99_${name}_ms`])
        expect(written[field]).toBeTypeOf("number");
    }
    const seconds = written["duration"] as number;
    expect(written["output_throughput"]).toBeCloseTo(48 / seconds, 6);
    expect(written["request_throughput"]).toBeCloseTo(6 / seconds, 6);
  });

  it("leaves out what was not measured", () => {
    const nothing: LoadResult = {
      samples: { requests: [], durationMs: 0, concurrency: 1 },
      validity: { state: "valid", reasons: [] },
      connections: { opened: 0, reused: 0, reopened: 0 },
      client: { loopLagP50Ms: 0, loopLagP99Ms: 0, loopLagMaxMs: 0, loopBusy: 0, cpuShare: 0 },
      asked: 3,
      completed: 0,
      errors: { refused: 3 },
      examples: {},
      texts: [],
      startedMs: 0,
      stopped: { why: "server-gone", atMs: 1_500 },
    };
    const written = benchJson(nothing, { model: "m", arrivals: { kind: "closed", concurrency: 1, requests: 3 }, date: "d" });
    expect(written).toMatchObject({ completed: 0, errors_by_class: { refused: 3 }, server_gone_at_s: 1.5 });
    expect(Object.keys(written).filter((name) => /ttft|tpot|itl|e2el|throughput/.test(name))).toEqual([]);
  });
});
