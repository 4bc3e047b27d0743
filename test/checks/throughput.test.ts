import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { workloadProblems } from "../../src/checks/index.ts";
import type { CheckResult, ThroughputConfig } from "../../src/model/index.ts";
import { startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { anEndpoint } from "../load/endpoint.ts";
import { aConfig, runCheck } from "./run-check.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

async function throughput(script: Partial<Script>, over: Partial<ThroughputConfig> = {}): Promise<CheckResult> {
  fake = await startFake(script);
  const config = { input: 32, output: 8, concurrency: [1, 4], requests: 12, ...over };
  return runCheck(aConfig({ throughput: [config] }), fake.url, "throughput");
}

describe("the throughput check", () => {
  it("warms up, measures each level, and proves the work", async () => {
    const result = await throughput({});
    expect(result).toMatchObject({
      status: "passed",
      workload: "32→8",
      rows: [
        { id: "c=1", status: "passed", detail: "12 requests, 96 tokens" },
        { id: "c=4", status: "passed", detail: "12 requests, 96 tokens" },
      ],
      work: { asked: 24, completed: 24, errors: {} },
    });
    expect(new Set(result.metrics.map(({ workload }) => workload))).toEqual(new Set(["32→8 c=1", "32→8 c=4"]));
    expect(result.metrics.find(({ metric }) => metric === "output_throughput_whole")?.value).toBeGreaterThan(0);
    expect(fake?.log.requests).toHaveLength(1 + 12 + 4 + 12);
    expect(result.validity).toBeDefined();
  });

  it("sends at a rate, whatever the server does, with other lengths, shared beginnings and an SLO", async () => {
    const load = { concurrency: [], rate: [100], requests: 20, spread: 0.5, prefix: { tokens: 8, groups: 1 }, slo: { ttftMs: 5_000 } };
    const result = await throughput({ ttftMs: 100 }, load);
    expect(result).toMatchObject({
      status: "passed",
      workload: "32→8 ±50 % prefix 8:1",
      rows: [{ id: "r=100/s", title: "100 a second", status: "passed" }],
      work: { asked: 20, completed: 20 },
    });
    // A closed loop of 16, as the warm-up was, could not have had more in flight.
    expect(fake?.log.peakInFlight).toBeGreaterThan(4);
    const prompts = fake?.log.requests.slice(16).map(({ body }) => (JSON.parse(body) as { prompt: number[] }).prompt) ?? [];
    expect(new Set(prompts.map((ids) => String(ids.slice(0, 8)))).size).toBe(1);
    expect(new Set(prompts.map(({ length }) => length)).size).toBeGreaterThan(4);
    expect(result.metrics.map(({ metric }) => metric)).toEqual(expect.arrayContaining(["goodput", "slo_attainment"]));
  });

  it("replays a trace, and asks ShareGPT's questions", async () => {
    const folder = await mkdtemp(join(tmpdir(), "servegate-workload-"));
    const [trace, chats] = [join(folder, "trace.jsonl"), join(folder, "chats.json")];
    await writeFile(trace, [0, 30, 60].map((timestamp) => JSON.stringify({ timestamp, input_length: 24, output_length: 4 })).join("\n"));
    const turns = (value: string): unknown => [
      { from: "human", value },
      { from: "gpt", value: "one two three" },
    ];
    await writeFile(chats, JSON.stringify([{ conversations: turns("why?") }, { conversations: turns("how?") }]));
    const replayed = await throughput({}, { concurrency: [], requests: undefined, workload: { path: trace, replay: true } });
    expect(replayed).toMatchObject({
      status: "passed",
      workload: "trace.jsonl 32→8",
      rows: [{ id: "replay", detail: "3 requests, 12 tokens" }],
    });
    await fake?.close();
    const asked = await throughput({}, { concurrency: [1], requests: 4, workload: { path: chats, replay: false } });
    expect(asked).toMatchObject({ status: "passed", rows: [{ id: "c=1", detail: "4 requests, 16 tokens" }] });
    expect(fake?.log.requests.slice(1).map(({ body }) => (JSON.parse(body) as { prompt: unknown }).prompt)).toEqual([
      "why?",
      "how?",
      "why?",
      "how?",
    ]);
    await rm(folder, { recursive: true });
  });

  it("finds what is wrong with a workload file before anything starts, and still where it changed since", async () => {
    const wanted = { input: 8, output: 8, concurrency: [1], requests: 1, workload: { path: "no/such/file.jsonl", replay: false } };
    const [problem] = await workloadProblems(aConfig({ throughput: [wanted] }), "/nowhere");
    expect(problem).toMatchObject({ path: "no/such/file.jsonl", message: "cannot be read: ENOENT" });
    const other = { path: import.meta.filename, replay: false, sha256: "0".repeat(64) };
    const [changed] = await workloadProblems(aConfig({ throughput: [{ ...wanted, workload: other }] }), "/");
    expect(changed?.message).toContain("is not the file that was agreed on");
    const result = await throughput({}, wanted);
    expect(result).toMatchObject({ status: "error", message: "no/such/file.jsonl cannot be read: ENOENT", metrics: [] });
  });

  it("sends max(16, 4 × concurrency) requests unless told otherwise", async () => {
    const result = await throughput({ ttftMs: 1, tpotMs: 0.1 }, { concurrency: [1, 8], requests: undefined });
    expect(result.work?.asked).toBe(16 + 32);
  });

  it("never sends a prompt twice, warm-up included, and another seed in the next run", async () => {
    await throughput({}, { concurrency: [4] });
    const server = fake as Fake;
    await runCheck(aConfig({ throughput: [{ input: 32, output: 8, concurrency: [4], requests: 12 }] }), server.url, "throughput");
    const prompts = server.log.requests.map(({ body }) => JSON.stringify((JSON.parse(body) as { prompt: unknown }).prompt));
    expect(new Set(prompts).size).toBe(2 * 16);
  });

  const flawed: [string, Partial<Script>, string][] = [
    ["one request failed", { sickness: "http-503", healthyFirst: 1, sickEvery: 12 }, "1 of 12 requests failed (1 http-5xx"],
    ["answers end early although told not to", { longest: 5 }, "12 of 12 answers are not as long as asked, such as 5 of 8 tokens"],
    ["there is no usage", { usage: "none" }, "no warm-up request completed: the stream ended without usage"],
    ["every request is refused", { sickness: "http-429" }, "no warm-up request completed: HTTP 429"],
  ];
  it.each(flawed)("fails and gives no number when %s", async (_, script, text) => {
    const result = await throughput(script, { concurrency: [1] });
    expect(result).toMatchObject({ status: "failed", metrics: [] });
    expect(result.message).toContain(text);
  });

  it("fails when every answer is one character over and over", async () => {
    const result = await throughput({ answers: "nan" }, { concurrency: [1], output: 24 });
    expect(result).toMatchObject({
      status: "failed",
      metrics: [],
      message: '1 of 1 levels failed, c=1: the answers are garbage: "!" repeated 24 times',
    });
  });

  it("keeps the numbers of the levels that did their work", async () => {
    const result = await throughput({ sickness: "http-503", healthyFirst: 14 });
    expect(result.status).toBe("failed");
    expect(new Set(result.metrics.map(({ workload }) => workload))).toEqual(new Set(["32→8 c=1"]));
    expect(result.rows.map(({ status }) => status)).toEqual(["passed", "failed"]);
  });

  it("takes answers of natural length where none can be asked for, and says so", async () => {
    fake = await startFake({ strict: true, usage: "with-finish", done: false });
    const dialect = { tokenPrompts: false, ignoreEos: false, streamOptions: false };
    const config = aConfig({ throughput: [{ input: 64, output: 32, concurrency: [2], requests: 8 }] });
    const result = await runCheck(config, anEndpoint(fake.url, {}, dialect), "throughput");
    expect(result.status).toBe("passed");
    expect(result.validity?.state).not.toBe("valid");
    expect(result.validity?.reasons).toContain("c=2: 8 of 8 answers are not as long as asked (the server has no way to fix the length)");
  });
});
