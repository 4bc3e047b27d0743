import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGitHub } from "../fakes/github.ts";
import { FakeRunner, type StepResult } from "../fakes/runner.ts";
import { rehearsal } from "./run-cli.ts";

const HEAD = "e".repeat(40);
const TOKEN = "ghs_0123456789abcdef";

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.stop();
});

function workspaceWith(config: string): string {
  const workspace = mkdtempSync(join(tmpdir(), "servegate-publish-"));
  mkdirSync(join(workspace, ".github"));
  writeFileSync(join(workspace, ".github/servegate.yml"), config);
  return workspace;
}

const FORK = {
  name: "pull_request",
  payload: { pull_request: { number: 9, head: { sha: HEAD, repo: { full_name: "mallory/engine" } }, base: { sha: "d".repeat(40) } } },
};

const MEASURED = {
  name: "workflow_run",
  payload: {
    workflow_run: {
      head_sha: HEAD,
      head_branch: "patch-1",
      event: "pull_request",
      html_url: "https://github.example/acme/engine/actions/runs/76",
      head_repository: { full_name: "mallory/engine", owner: { login: "mallory" } },
      pull_requests: [],
    },
  },
};

/** The unprivileged job of a fork: no token that can write, and the record as its only way out. */
async function measure(config: string, inputs: Record<string, string> = {}): Promise<{ main: StepResult; artifact: string }> {
  const workspace = workspaceWith(config);
  github.trouble = (_n, route) => (/^(POST|PATCH) .*(comments|check-runs)/.test(route) ? { status: 403 } : undefined);
  const main = await new FakeRunner({ workspace, inputs: { "github-token": TOKEN, ...inputs }, event: FORK, apiUrl: github.url }).main();
  github.trouble = () => undefined;
  return { main, artifact: join(workspace, "servegate-out") };
}

/** The trusted job on the default branch, with the artifact where `actions/download-artifact` puts it. */
async function publish(config: string, artifact: string | undefined, inputs: Record<string, string> = {}): Promise<StepResult> {
  const workspace = workspaceWith(config);
  mkdirSync(join(workspace, "measured"));
  if (artifact !== undefined) cpSync(artifact, join(workspace, "measured/servegate"), { recursive: true });
  const event = { name: inputs["event"] ?? "workflow_run", payload: MEASURED.payload };
  const { event: _event, ...rest } = inputs;
  return new FakeRunner({
    workspace,
    inputs: { "github-token": TOKEN, mode: "report", records: "measured", ...rest },
    event,
    apiUrl: github.url,
  }).main();
}

function forge(artifact: string, change: (record: Record<string, unknown>) => unknown): void {
  const path = join(artifact, "record.json");
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>)));
}

const CONFIG = rehearsal();

describe("a fork's pull request, measured without rights and published with them", () => {
  it("passes from the measuring job to the comment on the pull request that GitHub names", { timeout: 90_000 }, async () => {
    github.pulls.push({ number: 9, head: "mallory:patch-1", sha: HEAD });
    const { main, artifact } = await measure(CONFIG);
    expect(main.exitCode, main.output).toBe(0);
    expect(main.output).toContain("workflows/publish.yml");
    expect(github.comments).toEqual([]);

    const report = await publish(CONFIG, artifact);
    expect(report.exitCode, report.output).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(github.requests.some((route) => route.includes("/issues/9/comments"))).toBe(true);
    expect(github.checks.map((check) => check.history)).toMatchObject([[{ head_sha: HEAD }, { conclusion: "success" }]]);
  });

  it("judges by its own gates, expected failures, cells and day, whatever the artifact says", { timeout: 120_000 }, async () => {
    github.pulls.push({ number: 9, head: "mallory:patch-1", sha: HEAD });
    const { artifact } = await measure(CONFIG);
    const strict = CONFIG.replace("accuracy >= 90%", "output_throughput > 900000 tokens/s");

    const dropped = join(mkdtempSync(join(tmpdir(), "servegate-forged-")), "servegate");
    cpSync(artifact, dropped, { recursive: true });
    forge(artifact, (record) => ({ ...record, run: { ...(record["run"] as object), gates: [] } }));
    const gates = await publish(strict, artifact);
    expect(gates.exitCode, gates.output).toBe(1);
    expect(gates.output).toContain("output_throughput > 900000 tokens/s");

    // The cell that fails is left out, and the record says that it was excluded.
    forge(dropped, (record) => {
      const [first, second] = record["cells"] as { cell: object }[];
      return { ...record, cells: [first], skipped: [{ cell: second?.cell, kind: "excluded", reason: "believe me" }] };
    });
    const cells = await publish(CONFIG, dropped);
    expect(cells.exitCode, cells.output).toBe(4);
    expect(cells.output).not.toContain("believe me");
  });

  it("refuses a record of another commit, another model, another schema, or none, and fails the check", { timeout: 120_000 }, async () => {
    const { artifact } = await measure(CONFIG);
    const other = await publish(CONFIG.replace("model: tiny", "model: huge"), artifact);
    expect(other.exitCode, other.output).toBe(2);
    expect(other.output).toContain('the record says model "tiny"');

    forge(artifact, (record) => {
      const run = record["run"] as { source: object };
      return { ...record, run: { ...run, source: { ...run.source, headSha: "f".repeat(40), pullRequest: 1 } } };
    });
    const stale = await publish(CONFIG, artifact);
    expect(stale.exitCode, stale.output).toBe(2);
    expect(stale.output).toContain("the record is of commit ffffffffffff");

    const none = await publish(CONFIG, undefined);
    expect(none.exitCode).toBe(2);
    forge(artifact, () => ({ schema: "servegate/record@1", run: "::add-mask::x" }));
    expect((await publish(CONFIG, artifact)).exitCode).toBe(2);
    expect(github.checks.map((check) => check.history.at(-1)?.["conclusion"])).toEqual(["failure", "failure", "failure", "failure"]);
    expect(github.comments.filter((comment) => comment.body.includes("pass"))).toEqual([]);
  });

  it.each(["workflow_run", "pull_request_target", "issue_comment"])(
    "never measures a fork's code under %s",
    { timeout: 30_000 },
    async (event) => {
      const run = await publish(CONFIG, undefined, { mode: "run", event });
      expect(run.exitCode).toBe(2);
      expect(run.output).toContain("hands a token that can write");
      expect(github.requests).toEqual([]);
    },
  );
});

describe("what must stay secret", () => {
  it("is in no file, report, log, summary, comment, check or request", { timeout: 90_000 }, async () => {
    const canaries = {
      github: "ghs_CANARYgithubCANARYgithub01",
      hf: "hf_CANARYhuggingfaceCANARY0001",
      runtime: "CANARYruntimeTokenOfTheRunner1",
      oidc: "CANARY/oidc+token&of=runner123",
      user: "CANARY user's pass\"word 12345",
    };
    const workspace = workspaceWith(
      rehearsal({ args: '[--tp, "8"]', matrix: "{ custom-all-reduce: [on] }" }).replace(
        "ready-timeout",
        `env: { SGLANG_API_KEY: "${canaries.runtime}" }, ready-timeout`,
      ),
    );
    const runner = new FakeRunner({
      workspace,
      inputs: { "github-token": canaries.github, "hf-token": canaries.hf },
      event: {
        ...FORK,
        payload: { pull_request: { ...FORK.payload.pull_request, head: { sha: HEAD, repo: { full_name: "acme/engine" } } } },
      },
      apiUrl: github.url,
      env: { ACTIONS_RUNTIME_TOKEN: canaries.runtime, ACTIONS_ID_TOKEN_REQUEST_TOKEN: canaries.oidc, DEPLOY_PASSWORD: canaries.user },
    });
    const main = await runner.main();
    expect(main.exitCode, main.output).toBe(0);
    const post = await runner.post();
    const log = `${main.output}\n${post.output}`.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    const files = everyFile(join(workspace, "servegate-out"));
    expect(files.filter((path) => path.endsWith(".log"))).not.toEqual([]);
    const told: [string, string][] = [
      ...files.map((path): [string, string] => [path, readFileSync(path, "latin1")]),
      ["the job log", log.join("\n")],
      ["the summary", main.summary ?? ""],
      ["GitHub", JSON.stringify([github.comments, github.checks, github.requests, main.outputs])],
    ];
    for (const [name, secret] of Object.entries(canaries)) {
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
        const leaks = told.filter(([, text]) => text.includes(form)).map(([channel]) => channel);
        expect(leaks, `${name} as ${form}`).toEqual([]);
      }
    }
    const masked = main.commands.filter((command) => command.name === "add-mask").map((command) => command.data);
    expect(masked).toEqual(expect.arrayContaining([canaries.github, canaries.hf]));
  });
});

function everyFile(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? everyFile(path) : [path];
  });
}
