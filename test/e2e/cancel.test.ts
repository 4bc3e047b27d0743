import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { FakeGitHub } from "../fakes/github.ts";
import { FakeRunner } from "../fakes/runner.ts";
import { processesWith, rehearsal } from "./run-cli.ts";

/** The runner's own patience between SIGINT and SIGTERM. */
const PATIENCE_MS = 7_500;

const CONFIG = rehearsal({
  checks: "accuracy: [{ dataset: arithmetic, questions: 20 }]\nthroughput: [{ input: 32, output: 64, concurrency: [1], requests: 400 }]",
});

const PULL_REQUEST = {
  name: "pull_request",
  payload: {
    pull_request: { number: 7, head: { sha: "c".repeat(40), repo: { full_name: "acme/engine" } }, base: { sha: "d".repeat(40) } },
  },
};

/** Where the cancellation falls: after some text in the log, and some time later; or when a request reaches GitHub. */
interface Point {
  readonly name: string;
  readonly after?: string;
  readonly ms?: number;
  readonly request?: RegExp;
  /** GitHub never answers that request. */
  readonly hang?: true;
  readonly config?: string;
  readonly twice?: true;
}

const POINTS: readonly Point[] = [
  { name: "as the process is born", after: "" },
  { name: "while it reads its inputs", after: "::add-mask::" },
  { name: "while the check run is opened", request: /^POST .*check-runs/ },
  { name: "while GitHub does not answer", request: /^POST .*check-runs/, hang: true },
  { name: "as the first server is started", after: "▶ " },
  { name: "while the server loads", after: "▶ ", ms: 150 },
  { name: "later while the server loads", after: "▶ ", ms: 500 },
  { name: "after the smoke test", after: "smoke passed" },
  { name: "while throughput is measured", after: "accuracy passed", ms: 300 },
  { name: "twice in a row", after: "accuracy passed", ms: 100, twice: true },
  { name: "while a server starts that never gets ready", after: "▶ ", ms: 1_500, config: rehearsal({ scenario: "./hang.yml" }) },
  { name: "while the comment is written", request: /^POST .*comments/, config: rehearsal({ matrix: "{ custom-all-reduce: [on] }" }) },
  {
    name: "while the check run is completed",
    request: /^PATCH .*check-runs/,
    config: rehearsal({ matrix: "{ custom-all-reduce: [on] }" }),
  },
];

describe.concurrent("a job that is cancelled", () => {
  it.for(POINTS)("$name ends in time, leaves no process, and no check in progress", { timeout: 120_000 }, async (point, { expect }) => {
    const github = await FakeGitHub.start();
    const workspace = mkdtempSync(join(tmpdir(), "servegate-cancel-"));
    mkdirSync(join(workspace, ".github"));
    writeFileSync(join(workspace, ".github/servegate.yml"), point.config ?? CONFIG);
    writeFileSync(join(workspace, "hang.yml"), "rules: [{ at: graphs, hang: true }]\n");
    const inputs = { "github-token": "ghs_0123456789abcdef" };
    const runner = new FakeRunner({ workspace, inputs, event: PULL_REQUEST, apiUrl: github.url });
    try {
      let armed = true;
      let now = (): void => undefined;
      const fire = (): void => {
        if (!armed) return;
        armed = false;
        setTimeout(() => {
          now();
          if (point.twice === true) now();
        }, point.ms ?? 0);
      };
      github.trouble = (_n, route) => {
        if (point.request?.test(route) !== true || !armed) return undefined;
        fire();
        return point.hang === true ? "hang" : undefined;
      };
      const main = await runner.main((output, cancel) => {
        now = cancel;
        if (point.after !== undefined && output.includes(point.after)) fire();
      });
      expect(armed, `the point was never reached:\n${main.output}`).toBe(false);
      expect(main.cancelTookMs, main.output).toBeLessThan(PATIENCE_MS);
      expect(["SIGINT", null]).toContain(main.signal);
      github.trouble = () => undefined;
      const post = await runner.post();
      expect(post.output).not.toContain("bug in Servegate");
      expect(main.output).not.toContain("bug in Servegate");
      const last = github.checks.map((check) => check.history.at(-1));
      expect(
        last.filter((one) => one?.["status"] !== "completed"),
        main.output + post.output,
      ).toEqual([]);
      // A verdict that was complete when the cancellation came stands.
      if (point.request === undefined || point.hang === true) {
        expect(main.exitCode ?? 130, main.output).toBe(130);
        expect(last.every((one) => one?.["conclusion"] === "cancelled")).toBe(true);
      }
      expect(github.comments.length).toBeLessThanOrEqual(1);
      const again = await runner.post();
      expect(again.output).not.toContain("bug in Servegate");
      expect(github.comments.length).toBeLessThanOrEqual(1);
      expect(await processesWith(runner.trackingId)).toEqual([]);
      expect(github.violations).toEqual([]);
    } finally {
      await github.stop();
    }
  });
});
