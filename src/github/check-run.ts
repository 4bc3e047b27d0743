import { createOnce, type Api } from "./api.ts";
import { fitted } from "./body.ts";
import type { Place } from "./place.ts";

/** GitHub refuses longer texts (`maxLength` in its OpenAPI description). */
const LONGEST = 65_535;

/** GitHub takes no more annotations in one request (`maxItems`); later requests append. */
const ANNOTATIONS = 50;

export type Conclusion = "success" | "failure" | "neutral" | "cancelled";

/** A remark shown beside a file of the change. */
export interface Annotation {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

export interface CheckResult {
  readonly conclusion: Conclusion;
  readonly title: string;
  readonly summary: string;
  /** Markdown below the summary. */
  readonly text: string;
  readonly annotations: readonly Annotation[];
  readonly completedAt: string;
}

interface CheckRun {
  readonly id: number;
  readonly external_id: string | null;
  readonly status: string;
}

/** Opens the check on the head commit, in progress. Resolves to its id; a creation whose answer was lost is not made twice. */
export async function startCheck(api: Api, place: Place, name: string, startedAt: string): Promise<number> {
  const create = (): Promise<CheckRun> =>
    api.request<CheckRun>("POST /repos/{owner}/{repo}/check-runs", {
      owner: place.owner,
      repo: place.repo,
      name,
      head_sha: place.headSha,
      status: "in_progress",
      started_at: startedAt,
      details_url: place.runUrl,
      external_id: place.externalId,
    });
  return (await createOnce(api, () => openCheck(api, place, name), create)).id;
}

/** The check that this job opened and nobody completed. */
export async function openCheck(api: Api, place: Place, name: string): Promise<CheckRun | undefined> {
  const found = await api.request<{ check_runs: CheckRun[] }>("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    owner: place.owner,
    repo: place.repo,
    ref: place.headSha,
    check_name: name,
    filter: "all",
    per_page: 100,
  });
  return found.check_runs.find((check) => check.external_id === place.externalId && check.status !== "completed");
}

/** Completes it. A check that stays in progress blocks a merge for ever, so `post` calls this when `main` could not. */
export async function completeCheck(api: Api, place: Place, id: number, result: CheckResult): Promise<void> {
  const patch = (parameters: Record<string, unknown>): Promise<unknown> =>
    api.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      owner: place.owner,
      repo: place.repo,
      check_run_id: id,
      ...parameters,
    });
  const output = { title: fitted(result.title, 255), summary: fitted(result.summary, LONGEST) };
  const all = result.annotations.map(annotation);
  await patch({
    status: "completed",
    conclusion: result.conclusion,
    completed_at: result.completedAt,
    output: { ...output, text: fitted(result.text, LONGEST), ...(all.length === 0 ? {} : { annotations: all.slice(0, ANNOTATIONS) }) },
  });
  for (let at = ANNOTATIONS; at < all.length; at += ANNOTATIONS) {
    await patch({ output: { ...output, annotations: all.slice(at, at + ANNOTATIONS) } });
  }
}

function annotation({ path, line, level, title, message }: Annotation): Record<string, unknown> {
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: level,
    title: fitted(title, 255),
    message: fitted(message, 4_000),
  };
}
