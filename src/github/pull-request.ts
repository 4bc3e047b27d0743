import type { Api } from "./api.ts";
import type { Place } from "./place.ts";

interface Pull {
  readonly number: number;
  readonly head: { readonly sha: string };
  readonly base: { readonly sha: string; readonly repo: { readonly full_name: string } };
}

/**
 * The open pull request whose head is the measured commit, asked of GitHub: for a fork the event does not name it, and what an artifact
 * claims is worth nothing. The branch name is a stranger's text and only narrows the search; the commit decides. `undefined` when no
 * open pull request has this head any more.
 */
export async function pullRequestOf(api: Api, place: Place): Promise<number | undefined> {
  const { measured } = place;
  if (measured === undefined) return undefined;
  const pulls = await api.request<Pull[]>("GET /repos/{owner}/{repo}/pulls", {
    owner: place.owner,
    repo: place.repo,
    state: "open",
    head: `${measured.owner}:${measured.branch}`,
    per_page: 100,
  });
  const matching = pulls.filter((pull) => pull.head.sha === place.headSha && pull.base.repo.full_name === `${place.owner}/${place.repo}`);
  return matching.map((pull) => pull.number).sort((a, b) => a - b)[0];
}
