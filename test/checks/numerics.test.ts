import { afterAll, describe, expect, it } from "vitest";
import type { CheckResult, Endpoint, NumericsConfig } from "../../src/model/index.ts";
import { divergence as over, diverges, type Divergence, type ScoredPair } from "../../src/stats/index.ts";
import { startFake } from "../fakes/openai-server.ts";
import { anEndpoint } from "../load/endpoint.ts";
import { endAll, scenarioFile, serving } from "../rehearsal/start.ts";
import { aConfig, runCheck } from "./run-check.ts";

const SMALL: NumericsConfig = { batchSizes: [1, 3], tokens: 16, longPrompt: 0, limit: 0.01 };

afterAll(endAll);

async function check(dialect: "vllm" | "sglang", rules: string, numerics: NumericsConfig = SMALL): Promise<CheckResult> {
  const law = "law: { first-token-ms: 1, token-ms: 0.1 }";
  const scenario = scenarioFile(`speed: 1000\n${rules.includes("answers") ? "" : "answers: model\n"}${law}\n${rules}`);
  const server = await serving(dialect, ["--scenario", scenario], dialect === "vllm" ? ["-tp", "2"] : ["--tp", "2"]);
  const result = await runCheck(aConfig({ numerics }), endpoint(server.url, dialect), "numerics");
  server.kill("SIGKILL");
  return result;
}

function endpoint(url: string, scoring: "vllm" | "sglang" | undefined, model = "run-1"): Endpoint {
  const at = anEndpoint(url, { requestTimeoutMs: 60_000 });
  const { scoring: _, ...dialect } = at.dialect;
  return { ...at, model, dialect: { ...dialect, ...(scoring === undefined ? {} : { scoring }) } };
}

function value(result: CheckResult, metric: string): number {
  return result.metrics.find((each) => each.metric === metric)?.value ?? Number.NaN;
}

describe("the numerics check", () => {
  it.each(["vllm", "sglang"] as const)(
    "finds that a healthy server decodes what it prefills, in the dialect of %s",
    async (dialect) => {
      const result = await check(dialect, "");
      expect(result.message).toMatch(/^KL 0\.00000 nats a token over 528 tokens of 33 sequences.*; \d+ tokens spent$/);
      expect(result).toMatchObject({ status: "passed", work: { asked: 33, completed: 33, errors: {} } });
      expect(result.rows.map(({ title, status }) => [title, status])).toEqual([
        ["batches of 1", "passed"],
        ["batches of 3", "passed"],
        ["shuffled tokens", "passed"],
        ["greedy answers", "passed"],
      ]);
      expect(result.greedy?.texts).toHaveLength(24);
      expect(result.greedy?.unstable).toEqual([]);
      expect(value(result, "prefill_decode_kl")).toBeLessThan(1e-6);
      expect(value(result, "prefill_decode_top1")).toBe(100);
      expect(result.scores).toHaveLength(24);
      expect(result.scores?.[0]?.logprobs.length).toBeGreaterThan(20);
      expect(JSON.stringify(result.scores).length).toBeLessThan(20_000);
    },
    60_000,
  );

  it.each(["dropped-tile", "stale-metadata"])(
    "finds %s",
    async (fault) => {
      const result = await check("sglang", `rules: [{ numeric: ${fault} }]`, { ...SMALL, batchSizes: [3] });
      expect(result).toMatchObject({ status: "failed" });
      expect(result.message).toMatch(/^decode does not compute what prefill computes: KL \d+\.\d+/);
      expect(value(result, "prefill_decode_kl")).toBeGreaterThan(0.01);
    },
    60_000,
  );

  it("finds a cache that is kept in FP8, where the model is not sure of itself", async () => {
    const result = await check("vllm", "rules: [{ numeric: fp8-kv }]", { ...SMALL, batchSizes: [8] });
    expect(result.status).toBe("failed");
    expect(result.rows.map(({ title, status }) => [title, status])).toEqual([
      ["batches of 8", "passed"],
      ["shuffled tokens", "failed"],
    ]);
    expect(Number(/(\d+) tokens spent/.exec(result.message)?.[1])).toBeLessThan(4_000);
  }, 60_000);

  it("shortens the long prompt to what the context holds", async () => {
    const result = await check("vllm", "", { ...SMALL, batchSizes: [8], longPrompt: 200 });
    expect(result.rows.at(-2)).toMatchObject({ title: "a prompt of 200 tokens", status: "passed" });
  }, 60_000);

  it("calls NaN what it is", async () => {
    const result = await check("vllm", "answers: scripted\nrules: [{ logprobs-error: true }]");
    expect(result).toMatchObject({ status: "failed", message: expect.stringMatching(/^a log-probability is not finite: HTTP 500/) });
  }, 60_000);

  it("is skipped with the reason where the server cannot score given tokens", async () => {
    const fake = await startFake();
    const unknown = await runCheck(aConfig({ numerics: SMALL }), endpoint(fake.url, undefined, "fake"), "numerics");
    expect(unknown).toMatchObject({ status: "skipped", metrics: [] });
    expect(unknown.message).toMatch(/^log-probabilities of given tokens cannot be asked for/);
    const silent = await runCheck(aConfig({ numerics: SMALL }), endpoint(fake.url, "sglang", "fake"), "numerics");
    expect(silent.message).toMatch(/^the server gives no log-probabilities of given tokens/);
    expect(silent).toMatchObject({ status: "skipped", metrics: [] });
    expect(silent.greedy?.texts).toHaveLength(24);
    await fake.close();
  });

  it("keeps greedy answers of a server that only chats, and tells which of them change when asked again", async () => {
    const fake = await startFake({ completions: false });
    const result = await runCheck(aConfig({ numerics: SMALL }), endpoint(fake.url, "vllm", "fake"), "numerics");
    expect(result.status).toBe("skipped");
    expect(result.message).toMatch(
      /^the server gives no log-probabilities of given tokens: HTTP 404 .*; 24 greedy answers were kept, 0 of them/,
    );
    expect(result.greedy?.texts[0]).toEqual({ id: "question-1", text: " Counting both steps gives it. #### 33" });
    await fake.close();
  });

  it("fails where the greedy answers are garbage", async () => {
    const fake = await startFake({ answers: "loop" });
    const result = await runCheck(aConfig({ numerics: SMALL }), endpoint(fake.url, undefined, "fake"), "numerics");
    expect(result).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/^16 of 16 greedy answers are garbage: "the" repeated/),
    });
    await fake.close();
  });
});

describe("the numerics check on a sick server", () => {
  it("stops within a second of the signal", async () => {
    const fake = await startFake({ sickness: "hang-before-headers" });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    const startMs = performance.now();
    const result = await runCheck(aConfig({ numerics: SMALL }), endpoint(fake.url, "vllm", "fake"), "numerics", controller.signal);
    expect(performance.now() - startMs).toBeLessThan(1_150);
    expect(result).toMatchObject({ status: "error", message: "cancelled after 0 sequences", metrics: [] });
    await fake.close();
  });

  it("fails where requests fail", async () => {
    const fake = await startFake({ sickness: "http-503" });
    const result = await runCheck(aConfig({ numerics: SMALL }), endpoint(fake.url, "vllm", "fake"), "numerics");
    expect(result).toMatchObject({ status: "failed", message: expect.stringMatching(/^a request for log-probabilities failed: HTTP 503/) });
    await fake.close();
  });
});

describe("divergence", () => {
  const divergence = (pairs: readonly ScoredPair[]): Divergence | undefined => over(pairs, 0.0025);
  const pair = (before: number[], after: number[]): ScoredPair => ({ before, after, agreed: 1, compared: 2 });

  it("is the mean of exp(d) − 1 − d over sequences, with its tail and agreement", () => {
    const found = divergence([pair([-1, -1], [-1, -0.9]), pair([-2], [-2.1])]);
    // (e^0.1 − 1.1) / 2 = 0.0025855, e^−0.1 − 0.9 = 0.0048374.
    expect(found?.kl).toBeCloseTo((0.0025855 + 0.0048374) / 2, 6);
    expect(found).toMatchObject({ tokens: 3, sequences: 2, top1: 0.5, loud: 2 });
    expect(found?.worst).toBeCloseTo(0.1, 10);
    expect(divergence([])).toBeUndefined();
  });

  it("does not call an engine broken for one token of one sequence", () => {
    const quiet = Array.from({ length: 7 }, () => pair([-1, -1], [-1, -1]));
    const odd = divergence([...quiet, pair([-9, -1], [-8, -1])])!;
    expect(odd.kl).toBeGreaterThan(0.01);
    expect(diverges(odd, 0.01)).toBe(false);
    expect(diverges(divergence([pair([-9, -1], [-8, -1]), pair([-9, -1], [-8, -1])])!, 0.01)).toBe(true);
  });
});
