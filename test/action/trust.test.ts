import { describe, expect, it } from "vitest";
import { distrust } from "../../src/action/trust.ts";
import type { Place } from "../../src/github/index.ts";

const HEAD = "c".repeat(40);
const HOSTED = {};
const SELF = { RUNNER_ENVIRONMENT: "self-hosted" };

function place(event: string, over: Partial<Place> = {}): Place {
  return { apiUrl: "", owner: "acme", repo: "engine", headSha: HEAD, fork: false, event, runUrl: "", externalId: "", ...over };
}

function run(event: string, fork: boolean): Place {
  return place("workflow_run", { fork, measured: { event, owner: "mallory", branch: "patch", url: "" } });
}

const rows: readonly [string, Place, Record<string, string>, { sha?: string; allow?: boolean }, "runs" | "refused"][] = [
  ["a push", place("push"), SELF, {}, "runs"],
  ["a pull request of the same repository", place("pull_request"), SELF, {}, "runs"],
  ["a fork on a hosted runner", place("pull_request", { fork: true }), HOSTED, {}, "runs"],
  ["a fork on a self-hosted runner", place("pull_request", { fork: true }), SELF, {}, "refused"],
  ["a fork whose head was approved", place("pull_request", { fork: true }), SELF, { sha: HEAD }, "runs"],
  ["a fork whose head moved after approval", place("pull_request", { fork: true }), SELF, { sha: "d".repeat(40) }, "refused"],
  ["pull_request_target", place("pull_request_target"), HOSTED, {}, "refused"],
  ["pull_request_target from a fork with an approved head", place("pull_request_target", { fork: true }), SELF, { sha: HEAD }, "refused"],
  ["issue_comment", place("issue_comment"), HOSTED, {}, "refused"],
  ["workflow_run after a fork's pull request", run("pull_request", true), HOSTED, {}, "refused"],
  ["workflow_run after a pull request of this repository", run("pull_request", false), HOSTED, {}, "refused"],
  ["workflow_run after a fork's push", run("push", true), HOSTED, {}, "refused"],
  ["workflow_run after a push to this repository", run("push", false), HOSTED, {}, "runs"],
  ["workflow_run after a schedule", run("schedule", false), SELF, {}, "runs"],
  ["workflow_dispatch", place("workflow_dispatch"), SELF, {}, "runs"],
  ["merge_group", place("merge_group"), SELF, {}, "runs"],
  ["pull_request_target where the user insists", place("pull_request_target", { fork: true }), SELF, { allow: true }, "runs"],
];

describe("whose code is measured", () => {
  it.each(rows)("%s", (_name, at, env, { sha = "", allow = false }, expected) => {
    const problems = distrust({ "trusted-sha": sha, "allow-untrusted-code": allow }, at, env);
    expect(problems.length > 0 ? "refused" : "runs").toBe(expected);
    for (const problem of problems) expect(problem.hint).toBeDefined();
  });

  it("is no question outside GitHub", () => {
    expect(distrust({ "trusted-sha": "", "allow-untrusted-code": false }, undefined, SELF)).toEqual([]);
  });
});
