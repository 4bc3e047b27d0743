import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startFake } from "../fakes/openai-server.ts";
import { freshFolder, rehearsal, servegate } from "./run-cli.ts";

let hub: Server | undefined;
afterEach(() => hub?.close());

function folderWith(config: string): string {
  const cwd = freshFolder();
  mkdirSync(join(cwd, ".github"));
  writeFileSync(join(cwd, ".github/servegate.yml"), config);
  return cwd;
}

async function gatedHub(): Promise<string> {
  hub = createServer((_, response) => response.writeHead(401).end("gated"));
  await new Promise<void>((resolve) => hub?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
}

describe("what cannot be tested", () => {
  it("is told check by check and gate by gate: a missing, an altered and a gated dataset", { timeout: 60_000 }, async () => {
    const sum = "0".repeat(64);
    const cwd = folderWith(
      rehearsal({
        matrix: "{ custom-all-reduce: [on] }",
        checks: `accuracy:
  - { dataset: ./none.jsonl }
  - { dataset: ./own.jsonl, sha256: "${sum}" }
  - { dataset: "hf:owner/set@${"a1".repeat(20)}/test.jsonl", sha256: "${sum}" }
gates: [accuracy >= 90%]`,
      }),
    );
    writeFileSync(join(cwd, "own.jsonl"), '{"question":"1 + 1?","answer":2}\n');
    const { exitCode, stdout } = await servegate(["run"], { cwd, env: { HF_ENDPOINT: await gatedHub() } });
    expect(exitCode, stdout).toBe(4);
    const text = stdout.replaceAll(/\s+/g, " ");
    expect(text).toMatch(/there is no file \/\S+none\.jsonl/);
    expect(text).toMatch(/own\.jsonl is not the file that was agreed on: its SHA-256 is [0-9a-f]{64}/);
    expect(text).toMatch(/owner\/set@a1a1a1a1\/test\.jsonl is gated or private \(HTTP 401\)/);
    expect(text).toMatch(/inconclusive: accuracy >= 90% .*this gate judged nothing: the accuracy check was skipped/);
  });

  it("is told of a server that only chats and offers no log-probabilities", { timeout: 60_000 }, async () => {
    const fake = await startFake({ completions: false });
    const cwd = folderWith(`version: 1
engine: command
model: fake
launch: { url: "${fake.url}" }
numerics: {}
accuracy: [{ dataset: arithmetic, questions: 8, endpoint: completions }]
gates: [accuracy >= 90%]
`);
    const { exitCode, stdout } = await servegate(["run"], { cwd });
    await fake.close();
    const text = stdout.replaceAll(/\s+/g, " ");
    expect(exitCode, stdout).not.toBe(0);
    expect(text).toContain("The numerics check was skipped: log-probabilities of given tokens cannot be asked for");
    expect(text).toContain("The accuracy check was skipped: the server does not take completions: HTTP 404");
  });
});

it("fails a cell that answers fluently and wrongly, and names what differs", { timeout: 120_000 }, async () => {
  const checks = "numerics: { batch-sizes: [3], tokens: 16, long-prompt: 0 }";
  const cwd = folderWith(rehearsal({ scenario: "./stale.yml", matrix: "{ eager: [off, on] }", checks }));
  const rules = "rules: [{ when: { decode-graph: on }, numeric: stale-metadata }]";
  writeFileSync(
    join(cwd, "stale.yml"),
    `dialect: sglang\nanswers: model\nspeed: 1000\nlaw: { first-token-ms: 1, token-ms: 0.1 }\n${rules}\n`,
  );
  const { exitCode, stdout } = await servegate(["run"], { cwd });
  expect(exitCode, stdout).toBe(1);
  const report = JSON.parse(readFileSync(join(cwd, "servegate-out/report.json"), "utf8")) as {
    verdict: { cells: { cell: string; class: string; reason: string }[] };
  };
  const cell = (value: string): unknown => report.verdict.cells.find((each) => each.cell.endsWith(`eager=${value}`));
  expect(cell("off")).toMatchObject({ class: "broken" });
  expect(cell("on")).toMatchObject({ class: "pass" });
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/decode does not compute what prefill computes: KL \d/);
});
