import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checksFor, type CheckContext } from "../../src/checks/index.ts";
import { commands } from "../../src/flow/commands.ts";
import { systemClock } from "../../src/load/index.ts";
import type { AccuracyConfig, Answer, CheckResult } from "../../src/model/index.ts";
import { startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { anEndpoint } from "../load/endpoint.ts";
import { aConfig } from "./run-check.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

const BASE: AccuracyConfig = { dataset: "arithmetic", questions: 40, concurrency: 4, maxTokens: 32, endpoint: "completions" };

async function accuracy(over: Partial<AccuracyConfig>, at: Partial<CheckContext> = {}, script: Partial<Script> = {}): Promise<CheckResult> {
  fake = await startFake(script);
  const [check] = checksFor(aConfig({ accuracy: [{ ...BASE, ...over }] }));
  const context = { signal: new AbortController().signal, clock: systemClock, progress: () => undefined, baseDir: "/nowhere" };
  return check!.run(anEndpoint(fake.url), { ...context, ...at });
}

/** As a baseline answered: this many of the questions wrong, the others right. */
function before(outcome: (index: number) => Answer["outcome"]): readonly Answer[] {
  return Array.from({ length: 500 }, (_, i) => ({ id: `arithmetic-${String(i).padStart(3, "0")}`, outcome: outcome(i) }));
}

describe("stopping early", () => {
  const stopEarly = { margin: 2 };
  it("ends where a loss beyond the margin is sure, and says what it stands on", async () => {
    const result = await accuracy({ questions: 400, stopEarly }, { before: before(() => "right") }, { answers: "wrong" });
    expect(result.stoppedEarly).toEqual({ of: 400, confidence: 0.999 });
    expect(result).toMatchObject({ status: "passed", work: { asked: 100, completed: 100 } });
    expect(result.message).toBe("0 of 100 right; stopped early of 400: surely more than 2 points lost (100 lost and 0 won of 100 paired)");
  });

  it("ends where no loss beyond the margin is sure", async () => {
    const result = await accuracy({ questions: 400, stopEarly }, { before: before(() => "right") });
    expect(result.message).toMatch(/^\d+ of \d+ right; stopped early of 400: surely no more than 2 points lost \(0 lost and 0 won/);
    expect(result.work?.asked).toBeLessThan(400);
  });

  it("asks everything without a baseline, and where errors came", async () => {
    expect((await accuracy({ stopEarly })).stoppedEarly).toBeUndefined();
    await fake?.close();
    const erring = await accuracy(
      { questions: 400, stopEarly },
      { before: before(() => "right") },
      { sickness: "http-503", sickEvery: 200 },
    );
    expect(erring.stoppedEarly).toBeUndefined();
  });
});

it("asks some questions twice and says what that many questions can show", async () => {
  const result = await accuracy({ repeat: 20 });
  expect(result.repeats).toEqual({ asked: 20, flipped: 0 });
  expect(result.message).toMatch(
    /^40 of 40 right; 0 of 20 flipped when asked again, so with 40 questions a loss of \d+\.\d points or more is found 4 times in 5$/,
  );
});

it("is skipped in one sentence where a server does not know the endpoint", async () => {
  const result = await accuracy({}, {}, { completions: false });
  expect(result).toMatchObject({
    status: "skipped",
    metrics: [],
    message: expect.stringMatching(/^the server does not take completions: HTTP 404/),
  });
});

describe("programs that a model wrote", () => {
  const row = { task_id: "t/0", prompt: "def one():\n", test: "def check(f):\n    assert f() == 1", entry_point: "one" };

  it("are not run where there is no confined room", async () => {
    const baseDir = mkdtempSync(join(tmpdir(), "servegate-"));
    writeFileSync(join(baseDir, "he.jsonl"), JSON.stringify(row));
    const run = (): never => {
      throw new Error("must not be run");
    };
    const result = await accuracy({ dataset: "he.jsonl" }, { baseDir, commands: { run, confined: { why: "no namespaces" } } });
    expect(result).toMatchObject({
      status: "skipped",
      message: "programs that a model wrote are run in a confined room only, and there is none: no namespaces",
    });
  });

  it(
    "pass or fail their test in a room without network, without a way to write outside and without end",
    { timeout: 60_000 },
    async (context) => {
      const { confined } = await commands();
      if ("why" in confined) return context.skip(confined.why);
      const { passesTest } = await import("../../src/checks/accuracy/program.ts");
      const at = { commands: await commands(), signal: new AbortController().signal };
      const told = (text: string): ReturnType<typeof passesTest> =>
        passesTest({ prompt: row.prompt, test: row.test, entry: "one" }, text, at);
      expect(await told("```python\ndef one():\n    return 1\n```")).toEqual({ got: "passes", right: true });
      expect(await told("    return 1\n")).toEqual({ got: "passes", right: true });
      expect(await told("    return 2\n")).toEqual({ got: "AssertionError", right: false });
      const victim = join(mkdtempSync(join(tmpdir(), "servegate-")), "file");
      writeFileSync(victim, "kept");
      chmodSync(victim, 0o666);
      expect((await told(`    open(${JSON.stringify(victim)}, "w")\n    return 1\n`)).right).toBe(false);
      expect((await told(`    open(${JSON.stringify(join(process.cwd(), "package.json"))}, "a")\n    return 1\n`)).right).toBe(false);
      expect(readFileSync(victim, "utf8")).toBe("kept");
      fake = await startFake();
      const port = new URL(fake.url).port;
      expect((await told(`    import socket\n    socket.create_connection(("127.0.0.1", ${port}), 1)\n    return 1\n`)).got).toMatch(
        /unreachable|refused/i,
      );
      expect(
        (
          await told(
            "    import os\n    return 1 if any('GITHUB' in k or 'HF_' in k for k in os.environ) is False and os.listdir('/tmp') == [] else 2\n",
          )
        ).right,
      ).toBe(true);
    },
  );
});

describe("another program that asks", () => {
  function script(text: string): { baseDir: string; command: string[] } {
    const baseDir = mkdtempSync(join(tmpdir(), "servegate-"));
    writeFileSync(join(baseDir, "ask.mjs"), text);
    return { baseDir, command: [process.execPath, "ask.mjs", "{url}", "{model}", "{out}"] };
  }
  async function asked(text: string): Promise<CheckResult> {
    const { baseDir, command } = script(text);
    const env = { PATH: process.env["PATH"], GITHUB_TOKEN: "secret" };
    return accuracy(
      { dataset: "own", asks: { kind: "command", command, timeoutMs: 20_000 } },
      { baseDir, env, commands: await commands() },
    );
  }

  it("is told where and what, and its results are paired by question", async () => {
    const result = await asked(`import { writeFileSync } from "node:fs";
      const [url, model, out] = process.argv.slice(2);
      const { data } = await (await fetch(url + "/v1/models")).json();
      if (process.env.GITHUB_TOKEN !== undefined || data[0].id !== model) process.exit(1);
      writeFileSync(out + "/r.jsonl", '{"id":"a","correct":true}\\n{"id":"b","correct":false}\\n');`);
    expect(result).toMatchObject({
      status: "passed",
      workload: "own n=40",
      message: "1 of 2 right",
      answers: [{ id: "a", outcome: "right" }, { id: "b" }],
    });
  });

  it("that fails is an error with its last words, and one that is not here leaves the check skipped", async () => {
    expect(await asked('console.error("no such task"); process.exit(3)')).toMatchObject({
      status: "error",
      message: expect.stringMatching(/exited with code 3: no such task$/),
    });
    await fake?.close();
    const asks = { kind: "lm-eval", command: ["/nowhere/lm_eval"], args: [], timeoutMs: 5_000 } as const;
    expect(await accuracy({ asks }, { commands: await commands() })).toMatchObject({
      status: "skipped",
      message: expect.stringMatching(/^\/nowhere\/lm_eval is not installed/),
    });
  });

  it("may have left its results beforehand", async () => {
    const baseDir = mkdtempSync(join(tmpdir(), "servegate-"));
    writeFileSync(join(baseDir, "r.json"), '[{"id":1,"passed":true}]');
    expect(await accuracy({ results: "r.json" }, { baseDir })).toMatchObject({ status: "passed", message: "1 of 1 right" });
    expect(await accuracy({ results: "none.json" }, { baseDir })).toMatchObject({
      status: "skipped",
      message: expect.stringContaining("there are no results at"),
    });
  });
});
