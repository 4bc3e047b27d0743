import { describe, expect, it } from "vitest";
import { joinValidity, judgeValidity, type ValidityEvidence } from "../../src/load/validity.ts";
import { watchClient } from "../../src/load/client-watch.ts";
import type { RequestSample } from "../../src/model/index.ts";

const request = (over: Partial<RequestSample> = {}): RequestSample => ({
  schedMs: 0,
  sendMs: 0,
  tokenMs: new Float64Array(0),
  promptTokens: 100,
  completionTokens: 50,
  askedTokens: 50,
  ...over,
});

const evidence = (over: Partial<ValidityEvidence> = {}, requests: readonly RequestSample[] = [request()]): ValidityEvidence => ({
  samples: { requests, durationMs: 1_000, concurrency: 1 },
  client: { loopLagP50Ms: 0, loopLagP99Ms: 1, loopLagMaxMs: 2, loopBusy: 0.2, cpuShare: 0.2 },
  connections: { opened: 1, reused: 9, reopened: 0 },
  exactLength: true,
  promptTokens: 100,
  ...over,
});

describe("validity", () => {
  const client = evidence().client;
  it.each<[string, ValidityEvidence, ReturnType<typeof judgeValidity>]>([
    ["nothing to doubt", evidence(), { state: "valid", reasons: [] }],
    [
      "a late event loop",
      evidence({ client: { ...client, loopLagP99Ms: 40 } }),
      { state: "degraded", reasons: ["event loop late by 40 ms at p99"] },
    ],
    [
      "a very late event loop",
      evidence({ client: { ...client, loopLagP99Ms: 300 } }),
      { state: "invalid", reasons: ["event loop late by 300 ms at p99"] },
    ],
    [
      "a client that cannot keep up",
      evidence({ client: { ...client, loopBusy: 0.99 } }),
      { state: "invalid", reasons: ["event loop busy 99 % of the time"] },
    ],
    ["requests sent late", evidence({}, [request({ sendMs: 30 })]), { state: "degraded", reasons: ["requests sent late by 30 ms at p99"] }],
    [
      "answers of the wrong length",
      evidence({}, [request(), request({ completionTokens: 20 })]),
      { state: "degraded", reasons: ["1 of 2 answers are not as long as asked (although told to ignore the end of text)"] },
    ],
    ["one token more than asked", evidence({}, [request({ completionTokens: 51 })]), { state: "valid", reasons: [] }],
    ["no usage", evidence({}, [request({ error: "no-usage" })]), { state: "invalid", reasons: ["1 of 1 answers came without usage"] }],
    [
      "prompts of the wrong length",
      evidence({}, [request({ promptTokens: 60 })]),
      { state: "degraded", reasons: ["prompts were 60 tokens long instead of 100"] },
    ],
    [
      "reopened connections",
      evidence({ connections: { opened: 3, reused: 0, reopened: 2 } }),
      { state: "degraded", reasons: ["2 connections reopened during 1 requests"] },
    ],
  ])("names %s", (_, seen, verdict) => {
    expect(judgeValidity(seen)).toEqual(verdict);
  });

  it("of several passes is that of the worst, with every reason kept", () => {
    const joined = joinValidity([
      ["c=1", { state: "valid", reasons: [] }],
      ["c=4", { state: "invalid", reasons: ["a", "b"] }],
      ["c=8", { state: "degraded", reasons: ["c"] }],
    ]);
    expect(joined).toEqual({ state: "invalid", reasons: ["c=4: a", "c=4: b", "c=8: c"] });
  });

  it("sees a blocked event loop", async () => {
    const facts = watchClient();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const until = performance.now() + 300;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const { loopLagMaxMs, loopBusy } = facts();
    expect(loopLagMaxMs).toBeGreaterThan(250);
    expect(loopBusy).toBeGreaterThan(0.5);
  });
});
