import { createServer } from "node:net";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { runLoad, type LoadResult } from "../../src/load/index.ts";
import { startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { aLoad, anEndpoint, never } from "./endpoint.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

async function load(script: Partial<Script>, over: Parameters<typeof aLoad>[1] = {}, signal = never): Promise<LoadResult> {
  fake = await startFake(script);
  return runLoad(aLoad(fake.url, over), { signal });
}

const closed = (concurrency: number, requests: number) => ({ arrivals: { kind: "closed", concurrency, requests } }) as const;

describe("a closed loop", () => {
  it("keeps exactly as many requests in flight as asked, one connection each", async () => {
    const result = await load({ ttftMs: 10 }, closed(6, 30));
    expect({ completed: result.completed, errors: result.errors, connections: result.connections }).toEqual({
      completed: 30,
      errors: {},
      connections: { opened: 6, reused: 24, reopened: 0 },
    });
    expect({ peak: fake?.log.peakInFlight, connections: fake?.log.connections }).toEqual({ peak: 6, connections: 6 });
  });

  it("sends no prompt twice", async () => {
    await load({}, closed(4, 20));
    expect(new Set(fake?.log.requests.map(({ body }) => body)).size).toBe(20);
  });

  it("asks for exact lengths and usage only where the server understands it", async () => {
    fake = await startFake({ strict: true, usage: "with-finish", done: false });
    const plain = { tokenPrompts: false, ignoreEos: false, streamOptions: false };
    const result = await runLoad(aLoad(fake.url, { endpoint: anEndpoint(fake.url, {}, plain) }), { signal: never });
    expect(result).toMatchObject({ completed: 1, errors: {} });
    expect(Object.keys(JSON.parse(fake.log.requests[0]?.body ?? "{}") as object).sort()).toEqual([
      "max_tokens",
      "model",
      "prompt",
      "stream",
      "temperature",
    ]);
  });

  it("says when answers are not as long as asked", async () => {
    const result = await load({ longest: 4 }, closed(2, 4));
    expect(result.samples.requests.map(({ completionTokens }) => completionTokens)).toEqual([4, 4, 4, 4]);
    expect(result.validity.state).not.toBe("valid");
    expect(result.validity.reasons).toContain("4 of 4 answers are not as long as asked (although told to ignore the end of text)");
  });

  it("counts connections that the server would not keep", async () => {
    const result = await load({ keepAlive: false }, closed(2, 6));
    expect(result).toMatchObject({ completed: 6, connections: { opened: 6, reused: 0, reopened: 4 } });
    expect(result.validity.reasons).toContain("4 connections reopened during 6 requests");
  });

  it.each([1, 3])("sends %d at once again what crossed with a closing that the server had not announced", async (concurrency) => {
    const result = await load({ keepAlive: "claimed", tpotMs: 0 }, closed(concurrency, 12));
    expect(result).toMatchObject({ completed: 12, errors: {} });
    expect(new Set(fake?.log.requests.map(({ body }) => body)).size).toBe(12);
    expect(result.samples.requests.every(({ sendMs, firstMs }) => firstMs !== undefined && firstMs > sendMs)).toBe(true);
  });

  it("does not send again what a server that keeps its connections has lost", async () => {
    const result = await load({ sickness: "reset-before-headers", healthyFirst: 2, sickEvery: 2 }, closed(1, 6));
    expect(result.completed + (result.errors["reset-before-headers"] ?? 0)).toBe(6);
    // The first loss was looked into with one more request, whose answer came and was not counted.
    expect(fake?.log.requests.length).toBe(7);
    expect(result.errors["reset-before-headers"]).toBeGreaterThanOrEqual(2);
  });

  it("sends a prompt of a megabyte whole", async () => {
    const result = await load({}, { prompts: { tokens: 150_000, pass: "long" } });
    expect(result.samples.requests[0]).toMatchObject({ promptTokens: 150_000, completionTokens: 10 });
  });

  it("ends at once when cancelled, with what it has", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    const startedMs = performance.now();
    const result = await load({ sickness: "hang-mid-stream", healthyFirst: 2 }, closed(2, 50), controller.signal);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(result).toMatchObject({ completed: 2, errors: { cancelled: 2 }, stopped: { why: "cancelled" } });
  });

  it("stops asking a server that has gone, and says when", async () => {
    fake = await startFake({ ttftMs: 20 });
    const server = fake;
    setTimeout(() => void server.close(), 300);
    const result = await runLoad(aLoad(fake.url, closed(4, 100_000)), { signal: never });
    expect(result.stopped?.why).toBe("server-gone");
    expect(result.samples.requests.length).toBeLessThan(100_000);
    expect(result.completed).toBeGreaterThan(0);
  });
});

describe("an open loop", () => {
  it("sends at its own times, whatever the server does", async () => {
    const arrivals = { kind: "open", rate: 100, requests: 30, distribution: "constant" } as const;
    const { samples, completed } = await load({ ttftMs: 400 }, { arrivals, askedTokens: 2 });
    expect(completed).toBe(30);
    expect(samples.requests.map(({ schedMs }) => Math.round(schedMs))).toEqual(Array.from({ length: 30 }, (_, i) => i * 10));
    expect(samples.requests.every(({ schedMs, sendMs }) => sendMs >= schedMs)).toBe(true);
    // A closed loop of any size below 30 could not have sent the last one before the first was answered.
    expect(samples.requests.at(-1)?.sendMs).toBeLessThan(samples.requests[0]?.firstMs ?? 0);
  });

  it("shows the wait when the limit in flight is reached", async () => {
    const arrivals = { kind: "open", rate: 1_000, requests: 6, distribution: "constant", maxInFlight: 2 } as const;
    const { samples } = await load({ ttftMs: 100 }, { arrivals, askedTokens: 2 });
    expect(fake?.log.peakInFlight).toBe(2);
    const last = samples.requests.at(-1);
    expect((last?.sendMs ?? 0) - (last?.schedMs ?? 0)).toBeGreaterThan(150);
  });
});

describe("a request that fails", () => {
  const sick: [Script["sickness"], string][] = [
    ["reset-before-headers", "reset-before-headers"],
    ["reset-after-headers", "reset-after-headers"],
    ["reset-mid-stream", "truncated-stream"],
    ["close-mid-stream", "truncated-stream"],
    ["truncate", "truncated-stream"],
    ["error-event", "error-in-stream"],
    ["unquoted-error-event", "error-in-stream"],
    ["json-error-200", "error-in-stream"],
    ["http-400", "http-4xx"],
    ["http-429", "http-429"],
    ["http-503", "http-5xx"],
    ["hang-before-headers", "timeout"],
    ["hang-mid-stream", "timeout"],
    ["endless-line", "error-in-stream"],
    ["not-http", "error-in-stream"],
  ];
  it.each(sick)("with %s is counted as %s, and the next one works", async (sickness, error) => {
    fake = await startFake({ sickness, sickEvery: 2 });
    const endpoint = anEndpoint(fake.url, { requestTimeoutMs: 400 });
    const result = await runLoad(aLoad(fake.url, { endpoint, ...closed(1, 4) }), { signal: never });
    expect({ completed: result.completed, errors: result.errors }).toEqual({ completed: 2, errors: { [error]: 2 } });
    // The first request that is lost on a used connection is looked into with one more, which is the server's third.
    const order = error === "reset-before-headers" ? [undefined, error, error, undefined] : [undefined, error, undefined, error];
    expect(result.samples.requests.map((request) => request.error)).toEqual(order);
    expect(Object.values(result.examples)[0]).not.toBe("");
  });

  it("for want of usage is no sample, and the pass is invalid", async () => {
    const result = await load({ usage: "none" }, closed(1, 2));
    expect(result).toMatchObject({ completed: 0, errors: { "no-usage": 2 }, validity: { state: "invalid" } });
  });

  it("because nobody listens, or the name is unknown, has a class of its own", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    server.close();
    const refused = await runLoad(aLoad(`http://127.0.0.1:${port}`), { signal: never });
    const unknown = await runLoad(aLoad("http://no-such-host.invalid"), { signal: never });
    expect([refused.errors, unknown.errors]).toEqual([{ refused: 1 }, { dns: 1 }]);
  });

  it("by an endless line does not fill the memory", async () => {
    fake = await startFake({ sickness: "endless-line" });
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    await runLoad(aLoad(fake.url, closed(1, 3)), { signal: never });
    clearInterval(watch);
    await wait(1);
    expect(peak - before).toBeLessThan(150 * 1024 * 1024);
  });
});
