import { afterEach, describe, expect, it } from "vitest";
import { checksFor } from "../../src/checks/index.ts";
import { systemClock } from "../../src/load/index.ts";
import type { CheckResult } from "../../src/model/index.ts";
import { aConfig } from "../checks/run-check.ts";
import { startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { anEndpoint } from "../load/endpoint.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

const checks = checksFor(
  aConfig({
    smoke: { concurrent: 16 },
    accuracy: [
      { dataset: "arithmetic", questions: 24, concurrency: 4, maxTokens: 32, endpoint: "completions" },
      { dataset: "arithmetic", questions: 24, concurrency: 4, maxTokens: 32, endpoint: "chat" },
    ],
    throughput: [{ input: 32, output: 8, concurrency: [2], requests: 8 }],
  }),
);

type Shelf = (typeof checks)[number];

async function run(check: Shelf, script: Partial<Script>, signal = new AbortController().signal): Promise<CheckResult> {
  fake = await startFake(script);
  const endpoint = anEndpoint(fake.url, { requestTimeoutMs: 30_000 });
  return check.run(endpoint, { signal, clock: systemClock, progress: () => undefined, baseDir: "/nowhere" });
}

/** What every result must be, whatever happened. */
function sound(check: Shelf, result: CheckResult): void {
  expect(result).toMatchObject({ id: check.id, workload: check.workload });
  expect(result.message).not.toBe("");
  expect(result.durationMs).toBeGreaterThanOrEqual(0);
  expect(result.metrics.every(({ value, n }) => Number.isFinite(value) && n > 0)).toBe(true);
  expect(JSON.stringify(result)).not.toMatch(/undefined|NaN/);
}

describe("the shelf of checks", () => {
  it("has one name for each", () => {
    expect(new Set(checks.map(({ id, workload }) => `${id} ${workload}`)).size).toBe(checks.length);
  });
});

describe.each(checks.map((check) => [`${check.id} ${check.workload}`, check] as const))("%s", (_, check) => {
  it("passes on the healthy server", async () => {
    const result = await run(check, {});
    sound(check, result);
    expect(result.status).toBe("passed");
  });

  it.each<NonNullable<Script["sickness"]>>(["http-503", "reset-before-headers", "json-error-200", "not-http", "endless-line", "truncate"])(
    "does not pass on a server with %s, and says so as a value",
    async (sickness) => {
      // Only streams can be cut off; a check that asks without streaming meets the next best.
      const streams = check.id !== "accuracy";
      const result = await run(check, { sickness: streams || !/line|truncate/.test(sickness) ? sickness : "http-400" });
      sound(check, result);
      expect(["failed", "error"]).toContain(result.status);
    },
  );

  it("does not pass where nobody listens", async () => {
    const gone = await startFake();
    await gone.close();
    const at = { signal: new AbortController().signal, clock: systemClock, progress: () => undefined, baseDir: "/nowhere" };
    const result = await check.run(anEndpoint(gone.url), at);
    sound(check, result);
    expect(["failed", "error"]).toContain(result.status);
  });

  it.each([
    ["hangs", { sickness: "hang-before-headers" }],
    ["hangs in mid-stream", { sickness: "hang-mid-stream", ttftMs: 20_000 }],
    ["is slow", { ttftMs: 20_000 }],
  ] as const)("stops within a second of the signal on a server that %s", async (_, script) => {
    const controller = new AbortController();
    let abortedMs = Infinity;
    setTimeout(() => {
      abortedMs = performance.now();
      controller.abort();
    }, 150);
    const result = await run(check, script, controller.signal);
    expect(performance.now() - abortedMs).toBeLessThan(1_000);
    sound(check, result);
    expect(result).toMatchObject({ status: "error", metrics: [] });
    expect(result.message).toContain("cancelled");
  });
});
