import { readFileSync } from "node:fs";

/** Where on GitHub this run happens, read once from the runner's environment and event file. */
export interface Place {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** Head of the pull request; on other events the commit that triggered the run. */
  readonly headSha: string;
  readonly baseSha?: string;
  readonly pullRequest?: number;
  /** The pull request comes from another repository, so that the token cannot write. */
  readonly fork: boolean;
  readonly event: string;
  /** Page of this workflow run. */
  readonly runUrl: string;
}

interface PullRequestEvent {
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string; readonly repo?: { readonly full_name?: string } | null };
    readonly base?: { readonly sha?: string };
  };
}

/** The place, or `undefined` outside GitHub Actions. Throws on an event file that is not JSON: the runner wrote it. */
export function placeOf(env: Readonly<Record<string, string | undefined>>): Place | undefined {
  const [owner, repo] = (env["GITHUB_REPOSITORY"] ?? "").split("/");
  if (owner === undefined || owner === "" || repo === undefined) return undefined;
  const path = env["GITHUB_EVENT_PATH"];
  const event = (path === undefined ? {} : JSON.parse(readFileSync(path, "utf8"))) as PullRequestEvent;
  const pull = event.pull_request;
  const headRepo = pull?.head?.repo;
  return {
    apiUrl: env["GITHUB_API_URL"] ?? "https://api.github.com",
    owner,
    repo,
    headSha: pull?.head?.sha ?? env["GITHUB_SHA"] ?? "",
    ...(pull?.base?.sha === undefined ? {} : { baseSha: pull.base.sha }),
    ...(pull?.number === undefined ? {} : { pullRequest: pull.number }),
    fork: pull !== undefined && headRepo?.full_name !== `${owner}/${repo}`,
    event: env["GITHUB_EVENT_NAME"] ?? "",
    runUrl: `${env["GITHUB_SERVER_URL"] ?? "https://github.com"}/${owner}/${repo}/actions/runs/${env["GITHUB_RUN_ID"] ?? ""}`,
  };
}
