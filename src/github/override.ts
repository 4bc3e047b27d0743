import type { Override } from "../model/index.ts";
import type { Api } from "./api.ts";
import type { Place } from "./place.ts";
import { ApiError } from "./trouble.ts";

interface Comment {
  readonly body?: string;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly user: { readonly login: string; readonly type: string } | null;
}

const COMMAND = "/servegate override";
const PAGE = 100;
const PAGES = 30;
/** A reason is quoted in reports; nobody reads more. */
const LONGEST_REASON = 500;
const MOST_ROWS = 64;

/**
 * Every override on a pull request, oldest first: comments whose first line reads
 *
 *     /servegate override <commit, all its digits> <row> [<row> …] because <reason>
 *
 * where a row is a cell's id or `id:metric`. Of a shortened commit somebody could make a second one. Whether its author may write to the
 * repository is asked of GitHub for each; one who may not, a bot, a comment that was edited (whoever may write can edit another's words), a
 * missing reason and a malformed line come back as refused, so that nobody wonders why nothing happened.
 */
export async function findOverrides(api: Api, place: Place, pullRequest: number): Promise<Override[]> {
  const commands = (await commentsOf(api, place, pullRequest)).filter(({ body }) => body?.startsWith(COMMAND) === true);
  const may = new Map<string, boolean>();
  for (const login of new Set(commands.map(({ user }) => user?.login ?? ""))) may.set(login, await mayWrite(api, place, login));
  return commands.map((comment) => {
    const read = parsed(comment);
    if (read.refused !== undefined || may.get(read.by) === true) return read;
    return { ...read, refused: `${read.by === "" ? "its author" : `@${read.by}`} has no write permission` };
  });
}

function parsed({ body = "", html_url: url, created_at: at, updated_at: edited, user }: Comment): Override {
  const line = (body.split(/\r?\n/, 1)[0] ?? "").slice(COMMAND.length);
  const [before = "", ...after] = line.split(/ because(?= |$)/);
  const [headSha = "", ...rows] = before.trim().split(/\s+/);
  const reason = after.join(" because").trim().slice(0, LONGEST_REASON);
  const found = { by: user?.login ?? "", url, at, headSha: headSha.toLowerCase(), rows: rows.slice(0, MOST_ROWS), reason };
  const refused =
    user?.type === "Bot"
      ? "a bot accepts nothing"
      : edited === at
        ? flawOf(found)
        : "it was edited after it was written; write a new comment";
  return refused === undefined ? found : { ...found, refused };
}

function flawOf({ headSha, rows, reason }: Override): string | undefined {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(headSha))
    return /^[0-9a-f]{7,}$/.test(headSha) ? "it names a shortened commit; write all its digits" : "it names no commit";
  if (rows.length === 0) return "it names no row";
  return reason === "" ? "it gives no reason" : undefined;
}

async function commentsOf(api: Api, place: Place, pullRequest: number): Promise<Comment[]> {
  const found: Comment[] = [];
  for (let page = 1; page <= PAGES; page++) {
    const comments = await api.request<Comment[]>("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner: place.owner,
      repo: place.repo,
      issue_number: pullRequest,
      per_page: PAGE,
      page,
    });
    found.push(...comments);
    if (comments.length < PAGE) break;
  }
  return found;
}

/** GitHub's word, never the association that a comment claims. Somebody it does not know as a collaborator may not. */
async function mayWrite(api: Api, place: Place, username: string): Promise<boolean> {
  if (username === "") return false;
  try {
    const { permission } = await api.request<{ permission: string }>("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      owner: place.owner,
      repo: place.repo,
      username,
    });
    return permission === "admin" || permission === "write";
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
