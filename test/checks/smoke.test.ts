import { afterEach, describe, expect, it } from "vitest";
import type { CheckResult, Endpoint } from "../../src/model/index.ts";
import { startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { anEndpoint } from "../load/endpoint.ts";
import { aConfig, runCheck } from "./run-check.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

async function smoke(script: Partial<Script>, dialect: Partial<Endpoint["dialect"]> = {}, requestTimeoutMs = 5_000): Promise<CheckResult> {
  fake = await startFake(script);
  return runCheck(aConfig({ smoke: { concurrent: 16 } }), anEndpoint(fake.url, { requestTimeoutMs }, dialect), "smoke");
}

const rows = (result: CheckResult): Record<string, string> => Object.fromEntries(result.rows.map(({ id, status }) => [id, status]));
const detail = (result: CheckResult, row: string): string | undefined => result.rows.find(({ id }) => id === row)?.detail;

const ALL_PASSED = {
  "endpoint-answers": "passed",
  "model-listed": "passed",
  "model-responds": "passed",
  chat: "passed",
  streaming: "passed",
  "log-probabilities": "passed",
  "bad-request": "passed",
  "aborted-stream": "passed",
  concurrent: "passed",
  "text-not-garbage": "passed",
};

describe("the smoke check", () => {
  it("passes every row on a sound server, the requests at once really at once", async () => {
    const result = await smoke({});
    expect(rows(result)).toEqual(ALL_PASSED);
    expect(result).toMatchObject({ status: "passed", message: "10 of 10", workload: "" });
    expect(fake?.log.peakInFlight).toBe(16);
  });

  it("asks nothing that transformers serve would refuse, and skips what it does not offer", async () => {
    const dialect = { tokenPrompts: false, ignoreEos: false, streamOptions: false, logprobs: false, listsModel: false };
    const result = await smoke({ strict: true, usage: "with-finish", done: false, listsModel: false }, dialect);
    expect(rows(result)).toEqual({ ...ALL_PASSED, "model-listed": "skipped", "log-probabilities": "skipped" });
    expect(result).toMatchObject({ status: "passed", message: "8 of 8" });
  });

  const flaws: [string, Partial<Script>, string, string][] = [
    ["an unhealthy server", { healthStatus: 503 }, "endpoint-answers", "http-5xx: HTTP 503 {}"],
    ["another model under the port", { listsModel: false }, "model-listed", "asked for fake, listed: nothing"],
    ["empty answers", { answers: "empty" }, "model-responds", "the answer is empty"],
    ["a stream without usage", { usage: "none" }, "streaming", "the stream ended without usage"],
    ["a stream that is buffered", { write: "together" }, "streaming", "all 256 events arrived at once"],
    ["log-probabilities that are not finite", { finiteLogprobs: false }, "log-probabilities", "7 of 7 are no log-probabilities"],
    ["a server that dies of a bad request", { diesAfter: "bad-request" }, "bad-request", "after a malformed request: refused"],
    ["a server that dies when a client hangs up", { diesAfter: "hang-up", tpotMs: 10 }, "aborted-stream", "after hanging up: "],
    ["token 0 over and over", { answers: "nan" }, "text-not-garbage", '4 of 4 answers are garbage: "!" repeated 48 times'],
    ["one word over and over", { answers: "loop" }, "text-not-garbage", '4 of 4 answers are garbage: "the" repeated 48 times'],
    [
      "errors under load",
      { sickness: "http-503", healthyFirst: 12, sickEvery: 5 },
      "concurrent",
      "2 of 16 not answered, the first: http-5xx",
    ],
  ];
  it.each(flaws)("finds %s", async (_, script, row, text) => {
    const result = await smoke(script);
    expect(result.status).toBe("failed");
    expect(rows(result)[row]).toBe("failed");
    expect(detail(result, row)).toContain(text);
  });

  it("does not wait in every row for a server that hangs", async () => {
    const result = await smoke({ sickness: "hang-before-headers" }, {}, 300);
    expect(rows(result)).toMatchObject({
      "endpoint-answers": "passed",
      "model-responds": "failed",
      chat: "skipped",
      concurrent: "skipped",
    });
    expect(detail(result, "chat")).toBe("not tried: the server no longer answers");
  });
});

it("asks a server that only chats by chat, and says so", async () => {
  const fake = await startFake({ completions: false });
  const result = await runCheck(aConfig({ smoke: { concurrent: 4 } }), fake.url, "smoke");
  await fake.close();
  expect(result.status, result.message).toBe("passed");
  const row = (id: string): unknown => result.rows.find((each) => each.id === id);
  expect(row("model-responds")).toMatchObject({
    status: "skipped",
    detail: expect.stringMatching(/^this server only chats: http-4xx: HTTP 404/),
  });
  expect(row("log-probabilities")).toMatchObject({ status: "skipped" });
  expect(row("streaming")).toMatchObject({ status: "passed" });
});
