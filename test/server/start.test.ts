import { createServer } from "node:http";
import { mkdtempSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { attachServer, startServer } from "../../src/server/index.ts";
import { aRequest, context, engine, failed, phaseList, ready, start, stopAll } from "./support.ts";

afterEach(stopAll);

describe("a server that becomes ready", () => {
  it("is ready after a real completion under its own name, with its phases in order, and is gone after the stop", async () => {
    const { seen, onPhase } = phaseList();
    const request = aRequest(["progress-bar"], { onPhase });
    const started = await start(request);
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    const { server } = started;

    expect(seen).toEqual(["spawn", "weights", "http", "ready", "serving"]);
    expect(server.phases().map((span) => span.phase)).toEqual(seen);
    expect(server.endpoint.model).toBe("servegate-test-012345-1");
    expect(server.argv.at(-2)).toBe(server.endpoint.model);
    expect(server.readyAfterMs).toBeGreaterThan(0);
    expect(await server.serverInfo()).toEqual({ attention_backend: "fa3" });
    expect(server.lines()).toContain("loading weights");
    expect(server.printed()).toContain("(APIServer pid=1) loading weights");
    expect(server.lines()).toContain("Loading shards: 90%");

    const stop = await server.stop();

    expect(stop).toEqual({ tookMs: expect.any(Number), how: "graceful", leftovers: [] });
    expect(await server.stop()).toBe(stop);
    await expect(fetch(`${server.endpoint.url}/health`)).rejects.toThrow("fetch failed");
    expect(readdirSync(request.ledgerDir)).toEqual([]);
    expect(readFileSync(join(request.dir, "server.log"), "utf8")).toContain("\u001B[32m(APIServer pid=1)\u001B[0m loading weights\n");
  });

  it("may lack completions, when it chats", async () => {
    expect((await ready(["chat-only"])).endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("may answer 500 for its list of models", async () => {
    const server = await ready(["models-500"], { engine: { ...engine, dialect: { ...engine.dialect, health: false } } });
    expect(server.endpoint.model).toBe("servegate-test-012345-1");
  });

  it("is asked by a link of its own when it serves under the path of a local model", async () => {
    const model = mkdtempSync(join(tmpdir(), "servegate-model-"));
    const request = aRequest([], {
      model,
      argv: [process.execPath, ...aRequest([]).planned.launch.argv.slice(1, 3), "{model}"],
      engine: { ...engine, servedAs: "model-path" },
    });
    const started = await start(request);
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    expect(started.server.endpoint.model).toBe(join(request.dir, "servegate-test-012345-1"));
    expect(realpathSync(started.server.endpoint.model)).toBe(realpathSync(model));
  });

  it("is asked for the first model it lists when its name cannot be chosen", async () => {
    const server = await ready(["as=whatever"], { engine: { ...engine, servedAs: "first-listed" } });
    expect(server.endpoint.model).toBe("whatever");
  });

  it("tells of its death, with its last words, even when it exits with 0", async () => {
    const server = await ready(["dies-when-asked-again"]);
    void fetch(`${server.endpoint.url}/v1/completions`, { method: "POST", body: "{}" }).catch(() => undefined);
    const failure = await server.died;
    expect(failure).toMatchObject({ kind: "exited", exitCode: 0, phase: "serving" });
    expect("logTail" in failure ? failure.logTail.at(-1) : "").toBe("CUDA error: the last thing it said");
    expect(await server.stop()).toMatchObject({ how: "already-gone", leftovers: [] });
  });

  it("never sees a token of ours, and a secret it prints reaches neither the log nor the lines", async () => {
    const request = aRequest(["env"], { secrets: ["hunter2-hunter2"], env: { MY_SETTING: "kept", APP_PASSWORD: "hunter2-hunter2" } });
    const canary = { GITHUB_TOKEN: "canary-1", ACTIONS_RUNTIME_TOKEN: "canary-2", INPUT_HF_TOKEN: "canary-3", RUNNER_TEMP: "canary-4" };
    const started = await start(request, context(undefined, { ...process.env, ...canary, RUNNER_TRACKING_ID: "github_1" }));
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    const log = readFileSync(join(request.dir, "server.log"), "utf8");
    expect(log).toContain('"MY_SETTING":"kept"');
    expect(log).toContain('"RUNNER_TRACKING_ID":"github_1"');
    expect(log).toContain('"SPT_NOENV":"1"');
    expect(log).toContain('"APP_PASSWORD":"***"');
    expect(log).not.toContain("canary");
    expect(started.server.lines().join("\n")).not.toContain("hunter2");
    expect(started.server.env).toEqual({ MY_SETTING: "kept", APP_PASSWORD: "***" });
  });
});

// Mostly waiting; none of these leaves a server for `stopAll`.
describe.concurrent("a server that never becomes ready", () => {
  it.each([
    ["exits with 0 after a crash", ["dies", "code=0"], { kind: "exited", exitCode: 0, phase: "weights" }, "RuntimeError: it broke"],
    ["exits with 3", ["dies", "code=3"], { kind: "exited", exitCode: 3, phase: "weights" }, "RuntimeError: it broke"],
    [
      "prints a fatal line, the rest of its traceback, and hangs",
      ["fatal-hang"],
      { kind: "fatal-line", line: "FATAL: an illegal memory access was encountered" },
      "  the rest of the traceback",
    ],
    [
      "answers under another name",
      ["as=stranger"],
      { kind: "wrong-server", expected: "servegate-test-012345-1", found: "stranger" },
      "listening",
    ],
    ["refuses every completion", ["refuses"], { kind: "check", check: "ready" }, "listening"],
  ] as const)("ends the wait at once when it %s", async (_, words, failure, last) => {
    const started = await failed(words);
    expect(started.failure).toMatchObject(failure);
    expect(started.stop.leftovers).toEqual([]);
    expect(started.logTail).toContain("(APIServer pid=1) loading weights");
    expect(started.logTail.at(-1)).toBe(last);
  });

  it("is ended by a line that only the caller knows to be fatal", async () => {
    const started = await failed(["silent"], { fatal: (line) => line.endsWith("loading weights") });
    expect(started.failure).toMatchObject({ kind: "fatal-line", line: "(APIServer pid=1) loading weights" });
  });

  it.each([
    ["nothing moves", ["silent"]],
    ["it repeats itself", ["stuck"]],
  ])("counts as hanging when %s", async (_, words) => {
    const started = await failed(words, { limits: { stallTimeoutMs: 500 } });
    expect(started.failure).toMatchObject({ kind: "hang", limitMs: 500 });
  });

  it("is waited for as long as something moves, however long that takes", async () => {
    const server = await ready(["ticks=8"], { limits: { stallTimeoutMs: 1500 } });
    expect(server.readyAfterMs).toBeGreaterThan(2000);
  });

  it("counts as hanging when it takes longer than allowed", async () => {
    const started = await failed(["never-healthy"], { limits: { readyTimeoutMs: 1200 } });
    expect(started.failure).toMatchObject({ kind: "hang", limitMs: 1200, phase: "http" });
  });

  it("is a failure to start when there is no such program, and nothing is left", async () => {
    const started = await failed([], { argv: ["no-such-program-anywhere", "{port}"] });
    expect(started.failure).toEqual({ kind: "spawn", message: 'there is no program "no-such-program-anywhere" on PATH' });
    expect(started.stop).toEqual({ tookMs: 0, how: "already-gone", leftovers: [] });
  });

  it("is stopped when the run is cancelled, even if it ignores the request to end", async () => {
    const controller = new AbortController();
    const request = aRequest(["never-healthy", "ignores-term"], {
      onPhase: (phase) => (phase === "http" ? controller.abort(new Error("cancelled")) : undefined),
    });
    const started = await startServer(request, context(controller.signal));
    expect(started).toMatchObject({ state: "cancelled", stop: { how: "killed", leftovers: [] } });
    expect(readdirSync(request.ledgerDir)).toEqual([]);
  });
});

describe("a server that somebody else runs", () => {
  it("is used and never stopped", async () => {
    const server = await ready([]);
    const attached = await attachServer(`${server.endpoint.url}/`, aRequest([]), context());
    if (attached.state !== "ready") throw new Error(JSON.stringify(attached));
    expect(attached.server.endpoint).toEqual(server.endpoint);
    expect(await attached.server.stop()).toEqual({ tookMs: 0, how: "not-ours", leftovers: [] });
    expect((await fetch(`${server.endpoint.url}/health`)).status).toBe(200);
  });

  it("must be on this machine", async () => {
    const attached = await attachServer("http://192.0.2.1:8000", aRequest([]), context());
    expect(attached).toMatchObject({ state: "failed", failure: { kind: "spawn" }, stop: { how: "not-ours" } });
  });

  it("is never reached through a proxy", async () => {
    let proxied = 0;
    const proxy = createServer((_, response) => {
      proxied += 1;
      response.end("{}");
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, "127.0.0.1", resolve);
    });
    const address = proxy.address();
    const url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
    const started = await start(
      aRequest([]),
      context(undefined, { ...process.env, HTTP_PROXY: url, http_proxy: url, NODE_USE_ENV_PROXY: "1" }),
    );
    proxy.close();
    expect([started.state, proxied]).toEqual(["ready", 0]);
  });
});
