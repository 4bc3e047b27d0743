import type { Api } from "./api.ts";
import type { Place } from "./place.ts";

/** GitHub refuses longer texts (`maxLength` in its OpenAPI description). */
const LONGEST = 65_535;

export type Conclusion = "success" | "failure" | "neutral" | "cancelled";

/** Opens the check on the head commit, in progress. Resolves to its id. */
export async function startCheck(api: Api, place: Place, name: string, startedAt: string): Promise<number> {
  const created = await api.request<{ id: number }>("POST /repos/{owner}/{repo}/check-runs", {
    owner: place.owner,
    repo: place.repo,
    name,
    head_sha: place.headSha,
    status: "in_progress",
    started_at: startedAt,
    details_url: place.runUrl,
  });
  return created.id;
}

/** Completes it. A check that stays in progress blocks a merge for ever, so `post` calls this when `main` could not. */
export async function completeCheck(
  api: Api,
  place: Place,
  id: number,
  result: { readonly conclusion: Conclusion; readonly title: string; readonly summary: string; readonly completedAt: string },
): Promise<void> {
  await api.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    owner: place.owner,
    repo: place.repo,
    check_run_id: id,
    status: "completed",
    conclusion: result.conclusion,
    completed_at: result.completedAt,
    output: { title: cut(result.title, 255), summary: cut(result.summary, LONGEST) },
  });
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
