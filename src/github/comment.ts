import { createOnce, type Api } from "./api.ts";
import { bodyOf, factsOf, marker, superseded, supersededLine, type CommentFacts } from "./body.ts";
import { ApiError } from "./trouble.ts";
import type { Place } from "./place.ts";

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly html_url: string;
  readonly user: { readonly login: string } | null;
}

/** `sticky`: one comment per gate, kept up to date. `new`: one per gate and head commit, older ones marked as superseded. */
export type CommentMode = "sticky" | "new";

export interface CommentRequest {
  readonly pullRequest: number;
  readonly key: string;
  readonly mode: CommentMode;
  readonly facts: CommentFacts;
  readonly text: string;
}

const PAGE = 100;

/** A pull request with more comments than this is not searched further; the newest page would be unreachable in bounded time. */
const PAGES = 30;

/**
 * Writes the comment of this gate on the pull request: updates ours, or creates it. A comment is ours when it starts with the marker
 * **and** was written by the token's own identity; anyone can paste a marker. Resolves to the comment's page.
 *
 * Answers may be lost and other runs may write at the same moment. Whoever created a comment looks again afterwards; of several the
 * oldest stays and takes the text, so that any interleaving ends with one. A run on a commit that is no longer the head says so and
 * never replaces the report on the head.
 */
export async function upsertComment(api: Api, place: Place, request: CommentRequest): Promise<string> {
  const author = await viewer(api);
  const now = await headOf(api, place, request.pullRequest);
  const measured = request.facts.headSha;
  const stale = now !== undefined && now !== measured;
  const text = stale ? `${supersededLine(measured, now)}\n\n${request.text}` : request.text;
  const body = bodyOf(request.key, request.facts, text);
  const list = (): Promise<Comment[]> => ours(api, place, request, author);
  const same = (comment: Comment): boolean => request.mode === "sticky" || factsOf(comment.body ?? "")?.headSha === measured;

  const before = await list();
  const known = before.find(same);
  if (stale && known !== undefined && factsOf(known.body ?? "")?.headSha === now) return known.html_url;
  if (request.mode === "new" && !stale)
    await retire(
      api,
      place,
      before.filter((comment) => !same(comment)),
      measured,
    );
  const updated = known === undefined ? undefined : await update(api, place, known.id, body).catch(gone);
  if (updated !== undefined) {
    await remove(api, place, before.filter(same).slice(1));
    return updated;
  }
  // There was none, or somebody deleted it a moment ago.
  const find = async (): Promise<Comment | undefined> => (await list()).find(same);
  const made = await createOnce(api, find, () => create(api, place, request.pullRequest, body));
  const [first = made, ...others] = (await list()).filter(same);
  const page = first.id === made.id && first.body === body ? made.html_url : await update(api, place, first.id, body);
  await remove(api, place, others);
  return page;
}

function create(api: Api, place: Place, pullRequest: number, body: string): Promise<Comment> {
  return api.request<Comment>("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...repository(place),
    issue_number: pullRequest,
    body,
  });
}

async function update(api: Api, place: Place, id: number, body: string): Promise<string> {
  const updated = await api.request<Comment>("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...repository(place),
    comment_id: id,
    body,
  });
  return updated.html_url;
}

async function remove(api: Api, place: Place, comments: readonly Comment[]): Promise<void> {
  for (const { id } of comments) {
    await api.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...repository(place), comment_id: id }).catch(gone);
  }
}

async function retire(api: Api, place: Place, comments: readonly Comment[], now: string): Promise<void> {
  for (const { id, body = "" } of comments) {
    const told = superseded(body, now);
    if (told !== undefined) await update(api, place, id, told).catch(gone);
  }
}

/** Another run, or a person, was faster. */
function gone(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
  return undefined;
}

/** Ours, oldest first. */
async function ours(api: Api, place: Place, { pullRequest, key }: CommentRequest, author: string): Promise<Comment[]> {
  const found: Comment[] = [];
  for (let page = 1; page <= PAGES; page++) {
    const comments = await api.request<Comment[]>("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...repository(place),
      issue_number: pullRequest,
      per_page: PAGE,
      page,
    });
    found.push(...comments.filter((one) => one.body?.startsWith(marker(key)) === true && bare(one.user?.login) === author));
    if (comments.length < PAGE) break;
  }
  return found.sort((a, b) => a.id - b.id);
}

/** The head of the pull request at this moment, or `undefined` where it cannot be read. */
async function headOf(api: Api, place: Place, pullRequest: number): Promise<string | undefined> {
  try {
    const pull = await api.request<{ head: { sha: string } }>("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...repository(place),
      pull_number: pullRequest,
    });
    return pull.head.sha;
  } catch (error) {
    if (error instanceof ApiError && error.forbidden) return undefined;
    throw error;
  }
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
