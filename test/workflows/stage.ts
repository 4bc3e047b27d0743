import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGitHub } from "../fakes/github.ts";
import { Act } from "./act.ts";
import { Repository } from "./repository.ts";
import type { Tools } from "./tools.ts";

/** A repository, a loopback GitHub that has it, and act to run its workflows. */
export interface Stage {
  readonly repository: Repository;
  readonly github: FakeGitHub;
  readonly act: Act;
  /** The commit that the pull request 7 proposes. */
  readonly head: string;
}

/** Sets everything up for one pull request, number 7, from a branch of `owner`; `files` is what it changes. */
export async function stage(
  tools: Tools,
  name: string,
  config: string,
  owner: string,
  files: Readonly<Record<string, string>>,
): Promise<Stage> {
  const github = await FakeGitHub.start();
  const folder = mkdtempSync(join(tmpdir(), `servegate-act-${name}-`));
  const repository = new Repository(folder, config);
  const head = repository.commit("feature", files);
  github.pulls.push({ number: 7, head: `${owner}:feature`, sha: head });
  return { repository, github, head, act: new Act(tools, github, folder, repository.checkout()) };
}

const REPOSITORY = { full_name: "acme/engine", name: "engine", owner: { login: "acme" }, default_branch: "main" };

/** The event of a label on that pull request. */
export function labeled({ repository, head }: Stage, owner: string, label: string, sender = "ada"): unknown {
  const pull_request = {
    number: 7,
    head: { sha: head, ref: "feature", repo: { full_name: `${owner}/engine` } },
    base: { sha: repository.main, ref: "main", repo: { full_name: "acme/engine" } },
  };
  return { action: "labeled", label: { name: label }, number: 7, pull_request, repository: REPOSITORY, sender: { login: sender } };
}

/** The event of a push to main. */
export function pushed({ repository }: Stage): unknown {
  return { ref: "refs/heads/main", after: repository.main, repository: REPOSITORY };
}

/** The event of a finished run of measure-fork.yml; GitHub lists no pull requests for a fork. */
export function measured({ head }: Stage, owner: string, runId: number): unknown {
  const workflow_run = {
    id: runId,
    event: "pull_request",
    conclusion: "success",
    head_sha: head,
    head_branch: "feature",
    head_repository: { full_name: `${owner}/engine`, owner: { login: owner } },
    html_url: `https://github.example/acme/engine/actions/runs/${runId}`,
    pull_requests: [],
  };
  return { action: "completed", workflow_run, repository: REPOSITORY };
}
