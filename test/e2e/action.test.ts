import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGitHub } from "../fakes/github.ts";
import { FakeRunner } from "../fakes/runner.ts";
import { processesWith, rehearsal } from "./run-cli.ts";

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.stop();
});

const PULL_REQUEST = {
  name: "pull_request",
  payload: {
    pull_request: {
      number: 7,
      head: { sha: "c".repeat(40), repo: { full_name: "acme/engine" } },
      base: { sha: "d".repeat(40) },
    },
  },
};

function workspaceWith(config: string): string {
  const workspace = mkdtempSync(join(tmpdir(), "servegate-workspace-"));
  mkdirSync(join(workspace, ".github"));
  writeFileSync(join(workspace, ".github/servegate.yml"), config);
  return workspace;
}

function job(
  config: string,
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
): { runner: FakeRunner; workspace: string } {
  const workspace = workspaceWith(config);
  const runner = new FakeRunner({
    workspace,
    inputs: { "github-token": "ghs_0123456789abcdef", ...inputs },
    event: PULL_REQUEST,
    apiUrl: github.url,
    env,
  });
  return { runner, workspace };
}

describe("the committed action under the runner's rules", () => {
  it("passes a healthy change: comment, check, summary, outputs, exit 0", { timeout: 60_000 }, async () => {
    const { runner, workspace } = job(rehearsal());
    const main = await runner.main();
    expect(main.exitCode, main.output).toBe(0);
    expect(main.outputs).toMatchObject({
      verdict: "pass",
      class: "pass",
      record: join(workspace, "servegate-out/record.json"),
      regressions: "[]",
    });
    expect(main.summary).toContain("rehearsal (simulated)");
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain("rehearsal (simulated)");
    expect(github.checks.map((check) => check.history.at(-1))).toMatchObject([{ status: "completed", conclusion: "success" }]);
    const post = await runner.post();
    expect(post.exitCode).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(await processesWith(runner.trackingId)).toEqual([]);
  });

  it("fails a change whose server crashes, and names the crash", { timeout: 60_000 }, async () => {
    const config = rehearsal({ scenario: "sglang-12067-head", matrix: "{ piecewise-cuda-graph: [on], attention-backend: [cutlass] }" });
    const { runner } = job(config);
    const main = await runner.main();
    expect(main.exitCode).toBe(1);
    expect(main.outputs).toMatchObject({ verdict: "fail", class: "broken" });
    expect(JSON.parse(main.outputs["regressions"] ?? "")).toMatchObject([{ failure: "tma-descriptor" }]);
    expect(github.comments[0]?.body).toContain("tma-descriptor");
    expect(github.checks[0]?.history.at(-1)).toMatchObject({ conclusion: "failure" });
  });

  it("emits the matrix and starts nothing in mode plan", { timeout: 30_000 }, async () => {
    const { runner } = job(rehearsal(), { mode: "plan" });
    const main = await runner.main();
    expect(main.exitCode, main.output).toBe(0);
    const { include } = JSON.parse(main.outputs["matrix"] ?? "") as { include: { cell: string; shard: string }[] };
    expect(include.map(({ cell }) => cell).sort()).toEqual(["rehearsal/custom-all-reduce=off", "rehearsal/custom-all-reduce=on"]);
    expect(include.map(({ shard }) => shard)).toEqual(["000", "001"]);
    expect(JSON.parse(main.outputs["canary"] ?? "")).toEqual({ include: include.slice(0, 1) });
    expect(JSON.parse(main.outputs["rest"] ?? "")).toEqual({ include: include.slice(1) });
    expect(github.requests).toEqual([]);
  });

  it(
    "joins the cells that several jobs ran into one report, names one that was lost, and takes its retry",
    { timeout: 90_000 },
    async () => {
      const config = rehearsal();
      const first = job(config, { cell: "rehearsal/custom-all-reduce=on" });
      const second = job(config, { cell: "rehearsal/custom-all-reduce=off" });
      expect((await first.runner.main()).exitCode).toBe(0);
      expect((await second.runner.main()).exitCode).toBe(0);
      // A part of the matrix has no verdict to publish.
      expect(github.requests).toEqual([]);
      const records = [first, second].map(({ workspace }) => join(workspace, "servegate-out")).join("\n");
      const last = job(config, { mode: "report", records });
      const report = await last.runner.main();
      expect(report.exitCode, report.output).toBe(0);
      expect(github.comments).toHaveLength(1);
      expect(readFileSync(join(last.workspace, "servegate-out/report.md"), "utf8")).toContain("custom-all-reduce=off");
      expect(readFileSync(report.outputs["record"] ?? "", "utf8")).toContain("custom-all-reduce=off");
      expect(github.checks).toHaveLength(1);

      const lost = job(config, { mode: "report", records: join(first.workspace, "servegate-out") });
      const partial = await lost.runner.main();
      expect(partial.exitCode, partial.output).toBe(4);
      expect(partial.output).toContain("custom-all-reduce=off");

      // A second attempt of the lost shard alone; the other one's record is of the first.
      const retried = job(config, { cell: "rehearsal/custom-all-reduce=off" }, { GITHUB_RUN_ATTEMPT: "2" });
      expect((await retried.runner.main()).exitCode).toBe(0);
      const both = [first, retried].map(({ workspace }) => join(workspace, "servegate-out")).join("\n");
      const whole = await job(config, { mode: "report", records: both }, { GITHUB_RUN_ATTEMPT: "2" }).runner.main();
      expect(whole.exitCode, whole.output).toBe(0);
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]?.body).not.toContain("never launched");
    },
  );

  it("answers unknown and renamed inputs with the right name, and starts nothing", { timeout: 30_000 }, async () => {
    const main = await job(rehearsal(), { fail_on: "never", token: "x", comment_mod: "off" }).runner.main();
    expect(main.exitCode).toBe(2);
    for (const name of ["fail-on", "github-token", "comment-mode"]) expect(main.output).toContain(`Write "${name}".`);
    expect(github.requests).toEqual([]);
  });

  it("answers a wrong configuration and wrong inputs with exit 2 before anything starts", { timeout: 30_000 }, async () => {
    const broken = await job("version: 1\nengin: sglang\n").runner.main();
    expect(broken.exitCode).toBe(2);
    expect(broken.output).toContain('Did you mean "engine"?');
    const inputs = await job(rehearsal(), { mode: "measure", "on-infra": "shrug" }).runner.main();
    expect(inputs.exitCode).toBe(2);
    expect(inputs.output).toContain("input mode");
    expect(inputs.output).toContain("input on-infra");
    expect(github.requests).toEqual([]);
  });

  it("stops its server and completes its check when the run is cancelled", { timeout: 60_000 }, async () => {
    const config = rehearsal({ checks: "throughput: [{ input: 32, output: 64, concurrency: [1], requests: 2000 }]" });
    const { runner } = job(config);
    let cancelled = false;
    const main = await runner.main((output, cancel) => {
      if (cancelled || !output.includes("smoke passed")) return;
      cancelled = true;
      cancel();
    });
    expect(main.exitCode, main.output).toBe(130);
    expect(main.signal).toBeNull();
    await runner.post();
    expect(github.checks[0]?.history.at(-1)).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(await processesWith(runner.trackingId)).toEqual([]);
  });

  it("lets post publish what was measured when main is killed", { timeout: 60_000 }, async () => {
    const config = rehearsal({ checks: "throughput: [{ input: 32, output: 64, concurrency: [1], requests: 2000 }]" });
    const { runner } = job(config);
    let killed = false;
    const main = await runner.main((output, _cancel, kill) => {
      if (killed || !output.includes("smoke passed")) return;
      killed = true;
      kill();
    });
    expect(main.signal).toBe("SIGKILL");
    const post = await runner.post();
    expect(post.output).not.toContain("bug in Servegate");
    expect(github.checks[0]?.history.at(-1)).toMatchObject({ status: "completed" });
    expect(github.comments).toHaveLength(1);
    expect(await processesWith(runner.trackingId)).toEqual([]);
  });

  it("never hands its token to the server nor to any channel", { timeout: 60_000 }, async () => {
    const canary = "ghs_canary0123456789";
    const { runner, workspace } = job(rehearsal(), { "github-token": canary }, { ACTIONS_RUNTIME_TOKEN: canary, MY_API_KEY: canary });
    const main = await runner.main();
    expect(main.exitCode, main.output).toBe(0);
    const stored = ["events.jsonl", "record.json", "report.html", "report.md", "report.json", "report.xml"].map((name) =>
      readFileSync(join(workspace, "servegate-out", name), "utf8"),
    );
    const shown = [...stored, main.summary ?? "", ...github.comments.map((comment) => comment.body)];
    expect(shown.filter((text) => text.includes(canary))).toEqual([]);
    const masked = main.commands.filter((command) => command.name === "add-mask").map((command) => command.data);
    expect(masked).toContain(canary);
  });
});
