import { createServer } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { descendants, endAll, freePort, isAlive, rehearse, scenarioFile, serving, titleOf, until } from "./start.ts";

afterAll(endAll);

/** The one with this title; never 0, which would signal our own group. */
function titled(pids: readonly number[], title: string): number {
  const found = pids.find((pid) => titleOf(pid) === title);
  if (found === undefined) throw new Error(`no process called ${title}`);
  return found;
}

describe("the process tree", () => {
  it("of vLLM is a core that holds workers, and SIGTERM leaves nothing of it", async () => {
    const server = await serving("vllm", [], ["-tp", "4"]);
    const members = descendants(server.pid);
    expect(members.map(titleOf).sort()).toEqual(["VLLM::EngineCore", "VLLM::Worker_TP0", "VLLM::Worker_TP1"]);
    server.kill("SIGTERM");
    expect(await server.ended).toEqual({ code: 0, signal: null });
    await until("all members are gone", () => !members.some(isAlive));
    expect(server.output()).toContain("[shutdown] Executor: waiting for worker exit count=4");
  });

  it("of SGLang is schedulers and a detokenizer, and SIGTERM leaves nothing of it", async () => {
    const server = await serving("sglang", [], ["--tp", "2"]);
    const members = descendants(server.pid);
    expect(members.map(titleOf).sort()).toEqual(["sglang::detokenizer", "sglang::scheduler_TP0", "sglang::scheduler_TP1"]);
    server.kill("SIGTERM");
    expect(await server.ended).toEqual({ code: 0, signal: null });
    await until("all members are gone", () => !members.some(isAlive));
  });

  it("goes when its parent is killed", async () => {
    const server = await serving("vllm", [], ["-tp", "2"]);
    const members = descendants(server.pid);
    expect(members).toHaveLength(3);
    server.kill("SIGKILL");
    await until("all members are gone", () => !members.some(isAlive));
  });

  it("keeps one worker alive in a session of its own when the scenario orphans it", async () => {
    const server = await serving("vllm", ["--scenario", scenarioFile("speed: 1000\nprocess: { orphan-worker: true }")], ["-tp", "2"]);
    const members = descendants(server.pid);
    const orphan = titled(members, "VLLM::Worker_TP1");
    try {
      server.kill("SIGKILL");
      await until("the others are gone", () => members.filter(isAlive).length === 1);
      expect(members.filter(isAlive)).toEqual([orphan]);
    } finally {
      process.kill(orphan, "SIGKILL");
    }
    await until("the orphan is gone", () => !isAlive(orphan));
  });

  it("outlives SIGTERM when the scenario says so", async () => {
    const server = await serving("sglang", ["--scenario", scenarioFile("speed: 1000\nprocess: { ignore-sigterm: true }")], []);
    server.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(200);
    server.kill("SIGKILL");
    expect(await server.ended).toEqual({ code: null, signal: "SIGKILL" });
  });
});

describe("the loss of a worker", () => {
  it("takes vLLM down with 1 and the words of its monitor", async () => {
    const server = await serving("vllm", [], ["-tp", "2"]);
    const worker = titled(descendants(server.pid), "VLLM::Worker_TP1");
    process.kill(worker, "SIGKILL");
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.output()).toContain("Worker proc VllmWorker-1 died unexpectedly (exit code: -9), shutting down executor.");
    expect(server.output()).toContain("EngineDeadError: EngineCore encountered an issue.");
  });

  it("during start-up ends SGLang with 1 and the scheduler's exit code", async () => {
    const server = await rehearse(
      "sglang",
      ["--engine-version", "0.5.18", "--scenario", scenarioFile("speed: 1000\nrules: [{ die: worker-killed }]")],
      ["--tp", "2"],
    );
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.output()).toContain("Rank 0 scheduler died during initialization (exit code: -9).");
  });

  it("can leave a server that answers /health and nothing else", async () => {
    const scenario = scenarioFile("speed: 1000\nprocess: { worker-death-kills-engine: false }\nrules: [{ at: 1, die: worker-killed }]");
    const server = await serving("vllm", ["--scenario", scenario], ["-tp", "2"]);
    const request = { model: "run-1", prompt: "hello", max_tokens: 200, ignore_eos: true };
    await expect(server.post("/v1/completions", request, AbortSignal.timeout(1500))).rejects.toThrow("timeout");
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe("a port that is taken", () => {
  it.each([
    ["vllm", "OSError: [Errno 98] Address already in use"],
    ["sglang", "[Errno 98] error while attempting to bind on address"],
  ] as const)("ends %s with 1", async (dialect, words) => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    try {
      const server = await rehearse(dialect, [], [], { port });
      expect(await server.ended).toEqual({ code: 1, signal: null });
      expect(server.output()).toContain(words);
    } finally {
      other.close();
    }
  });
});
