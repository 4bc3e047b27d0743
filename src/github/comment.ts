import type { Api } from "./api.ts";
import { ApiError } from "./api.ts";
import type { Place } from "./place.ts";

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly html_url: string;
  readonly user: { readonly login: string } | null;
}

const PAGE = 100;

/** A pull request with more comments than this is not searched further; the newest page would be unreachable in bounded time. */
const PAGES = 30;

/** Invisible first line by which the comment is found again. `key` tells several gates on one pull request apart. */
export function marker(key: string): string {
  return `<!-- servegate:v1:${key.replaceAll(/[^\w./-]/g, "_")} -->`;
}

/**
 * Writes the one comment of this gate on the pull request: updates ours, or creates it. A comment is ours when it starts with the
 * marker **and** was written by the token's own identity; anyone can paste a marker.
 *
 * Resolves to the comment's page. A creation whose answer was lost is looked up before it is tried again, so that one run never
 * leaves two comments.
 */
export async function upsertComment(api: Api, place: Place, pullRequest: number, key: string, text: string): Promise<string> {
  const body = `${marker(key)}\n${text.replaceAll("<!-- servegate:", "<!-- ")}`;
  const author = await viewer(api);
  const found = await ours(api, place, pullRequest, key, author);
  if (found !== undefined) return update(api, place, found.id, body);
  try {
    const created = await api.request<Comment>("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...repository(place),
      issue_number: pullRequest,
      body,
    });
    return created.html_url;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) throw error;
    const written = await ours(api, place, pullRequest, key, author);
    if (written === undefined) throw error;
    return update(api, place, written.id, body);
  }
}

async function update(api: Api, place: Place, id: number, body: string): Promise<string> {
  const updated = await api.request<Comment>("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...repository(place),
    comment_id: id,
    body,
  });
  return updated.html_url;
}

async function ours(api: Api, place: Place, pullRequest: number, key: string, author: string): Promise<Comment | undefined> {
  for (let page = 1; page <= PAGES; page++) {
    const comments = await api.request<Comment[]>("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...repository(place),
      issue_number: pullRequest,
      per_page: PAGE,
      page,
    });
    const found = comments.find((comment) => comment.body?.startsWith(marker(key)) === true && bare(comment.user?.login) === author);
    if (found !== undefined || comments.length < PAGE) return found;
  }
  return undefined;
}

/** `GET /user` is refused to an installation token; GraphQL's viewer answers every kind. REST adds `[bot]`, GraphQL does not. */
async function viewer(api: Api): Promise<string> {
  const answer = await api.graphql<{ viewer: { login: string } }>("query { viewer { login } }");
  return bare(answer.viewer.login);
}

function bare(login: string | undefined): string {
  return (login ?? "").replace(/\[bot\]$/, "").toLowerCase();
}

function repository(place: Place): { owner: string; repo: string } {
  return { owner: place.owner, repo: place.repo };
}
