import { readFileSync } from "node:fs";

/** Where on GitHub this run happens, read once from the runner's environment and event file. */
export interface Place {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** Head of the pull request; for `workflow_run` the commit that was measured; on other events the commit that triggered the run. */
  readonly headSha: string;
  readonly baseSha?: string;
  readonly pullRequest?: number;
  /** The code comes from another repository, so that a token of its own run cannot write. */
  readonly fork: boolean;
  readonly event: string;
  /** Page of this workflow run. */
  readonly runUrl: string;
  /** Names this job of this attempt, for finding a check run again whose creation was not answered. */
  readonly externalId: string;
  /** For `workflow_run`: the run that measured. */
  readonly measured?: Measured;
}

export interface Measured {
  readonly event: string;
  /** Owner of the head repository, and the branch there: a stranger's text. */
  readonly owner: string;
  readonly branch: string;
  readonly url: string;
}

interface EventFile {
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string; readonly repo?: { readonly full_name?: string } | null };
    readonly base?: { readonly sha?: string };
  };
  readonly workflow_run?: {
    readonly head_sha?: string;
    readonly head_branch?: string | null;
    readonly event?: string;
    readonly html_url?: string;
    readonly head_repository?: { readonly full_name?: string; readonly owner?: { readonly login?: string } } | null;
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The place, or `undefined` outside GitHub Actions. Throws on an event file that is not JSON: the runner wrote it. */
export function placeOf(env: Variables): Place | undefined {
  const [owner, repo] = (env["GITHUB_REPOSITORY"] ?? "").split("/");
  if (owner === undefined || owner === "" || repo === undefined) return undefined;
  const path = env["GITHUB_EVENT_PATH"];
  const event = (path === undefined ? {} : JSON.parse(readFileSync(path, "utf8"))) as EventFile;
  const here = {
    apiUrl: env["GITHUB_API_URL"] ?? "https://api.github.com",
    owner,
    repo,
    event: env["GITHUB_EVENT_NAME"] ?? "",
    runUrl: `${env["GITHUB_SERVER_URL"] ?? "https://github.com"}/${owner}/${repo}/actions/runs/${env["GITHUB_RUN_ID"] ?? ""}`,
    externalId: ["GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB"].map((name) => env[name] ?? "").join(":"),
  };
  return here.event === "workflow_run" ? { ...here, ...ofRun(event, owner, repo) } : { ...here, ...ofPull(event, owner, repo, env) };
}

function ofPull({ pull_request: pull }: EventFile, owner: string, repo: string, env: Variables): Pick<Place, "headSha" | "fork"> {
  return {
    headSha: pull?.head?.sha ?? env["GITHUB_SHA"] ?? "",
    ...(pull?.base?.sha === undefined ? {} : { baseSha: pull.base.sha }),
    ...(pull?.number === undefined ? {} : { pullRequest: pull.number }),
    fork: pull !== undefined && pull.head?.repo?.full_name !== `${owner}/${repo}`,
  };
}

/** The event lists no pull request for a fork; `pullRequestOf` asks GitHub. */
function ofRun({ workflow_run: run }: EventFile, owner: string, repo: string): Pick<Place, "headSha" | "fork" | "measured"> {
  const head = run?.head_repository;
  return {
    headSha: run?.head_sha ?? "",
    fork: head?.full_name !== `${owner}/${repo}`,
    measured: {
      event: run?.event ?? "",
      owner: head?.owner?.login ?? head?.full_name?.split("/")[0] ?? "",
      branch: run?.head_branch ?? "",
      url: run?.html_url ?? "",
    },
  };
}
