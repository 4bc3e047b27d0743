import { api, type Api, type ApiOptions } from "./api.ts";
import { fitted } from "./body.ts";
import { completeCheck, openCheck, startCheck, type Annotation, type Conclusion } from "./check-run.ts";
import { upsertComment, type CommentMode } from "./comment.ts";
import type { Override } from "../model/index.ts";
import { findOverrides } from "./override.ts";
import { pullRequestOf } from "./pull-request.ts";
import { ApiError } from "./trouble.ts";
import type { Place } from "./place.ts";

/** What is said on GitHub. All texts are finished; this room only carries them. */
export interface Publication {
  readonly conclusion: Conclusion;
  readonly title: string;
  readonly next: string;
  /** Markdown below 60,000 characters. */
  readonly comment: string;
  /** For programs: kept in a hidden block of the comment. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly annotations: readonly Annotation[];
  readonly completedAt: string;
}

/** Reports to one pull request and head commit. Trouble with GitHub is told through `warn` and never changes a verdict. */
export interface Publisher {
  /** Opens the check run; resolves to its id, or `undefined` where the token may not. The signal ends it early. */
  start(startedAt: string, signal?: AbortSignal): Promise<number | undefined>;
  /** The check run that `start` of this job opened, where its id was lost. */
  find(): Promise<number | undefined>;
  /** What people with a say have accepted on this pull request; none where it cannot be asked, which is told through `warn`. */
  overrides(): Promise<readonly Override[]>;
  /** Comment and check run within `budgetMs`; tells the comment's page, and whether all that was tried went through. */
  finish(checkRun: number | undefined, publication: Publication, budgetMs?: number): Promise<{ page?: string; whole: boolean }>;
}

export interface PublisherOptions {
  readonly name: string;
  /** Tells several gates on one pull request apart. */
  readonly key: string;
  readonly comment: CommentMode | "off";
  readonly warn: (message: string) => void;
  readonly api?: Partial<ApiOptions>;
}

const START_MS = 60_000;
const FINISH_MS = 300_000;

const FORK_HINT =
  "On a pull request from a fork the token is read-only. The job summary holds the same report; to publish it, upload the record as an " +
  "artifact and let a trusted workflow run `mode: report` on it (workflows/publish.yml).";

/** A publisher for this token, or one that does nothing but say so when there is no token. */
export function publisher(token: string, place: Place, options: PublisherOptions): Publisher {
  if (token === "") {
    options.warn("No github-token was given: no comment and no check run, only the job summary.");
    return { start: async () => undefined, find: async () => undefined, overrides: async () => [], finish: async () => ({ whole: true }) };
  }
  const client = api(token, place.apiUrl, options.api);
  const attempt = attempter(place, options.warn);
  return {
    start(startedAt, signal) {
      client.allow(START_MS, signal);
      return attempt("open the check run", "checks: write", () => startCheck(client, place, options.name, startedAt));
    },
    async find() {
      client.allow(START_MS);
      return (await attempt("look for the check run", "checks: read", () => openCheck(client, place, options.name)))?.id;
    },
    async overrides() {
      client.allow(START_MS);
      const read = async (): Promise<readonly Override[]> => {
        const pullRequest = await pullRequestFor(client, place);
        return pullRequest === undefined ? [] : findOverrides(client, place, pullRequest);
      };
      return (await attempt("read the overrides", "pull-requests: read", read)) ?? [];
    },
    async finish(checkRun, publication, budgetMs = FINISH_MS) {
      client.allow(budgetMs);
      let whole = true;
      const tried = async <T>(what: string, permission: string, act: () => Promise<T>): Promise<T | undefined> =>
        attempt(what, permission, act, () => (whole = false));
      const page = await tried("write the comment", "pull-requests: write", () => comment(client, place, options, publication));
      if (checkRun !== undefined) {
        const summary = `${publication.next}${page === undefined ? "" : `\n\n[Full report](${page})`}`;
        const { comment: text, ...rest } = publication;
        await tried("complete the check run", "checks: write", () => completeCheck(client, place, checkRun, { ...rest, summary, text }));
      }
      return { whole, ...(page === undefined ? {} : { page }) };
    },
  };
}

function pullRequestFor(client: Api, place: Place): Promise<number | undefined> {
  return place.measured === undefined ? Promise.resolve(place.pullRequest) : pullRequestOf(client, place);
}

async function comment(client: Api, place: Place, options: PublisherOptions, publication: Publication): Promise<string | undefined> {
  if (options.comment === "off") return undefined;
  const pullRequest = await pullRequestFor(client, place);
  if (pullRequest === undefined) {
    if (place.measured !== undefined) options.warn("No open pull request has the measured commit as its head: no comment was written.");
    return undefined;
  }
  const facts = { ...publication.facts, schema: "servegate/comment@1", headSha: place.headSha } as const;
  const text = `${publication.comment.trimEnd()}\n\n${runLinks(place)}`;
  return upsertComment(client, place, { pullRequest, key: options.key, mode: options.comment, facts, text });
}

/** Where the logs and the artifacts are. Both addresses are GitHub's own; nothing of the pull request is in them. */
function runLinks({ runUrl, measured }: Place): string {
  const links =
    measured === undefined
      ? [["logs and artifacts", runUrl]]
      : [
          ["the run that measured", measured.url],
          ["the run that judged", runUrl],
        ];
  return `<sub>${links.map(([name, url]) => `[${name}](${url})`).join(" · ")}</sub>`;
}

type Attempt = <T>(what: string, permission: string, act: () => Promise<T>, failed?: () => void) => Promise<T | undefined>;

function attempter(place: Place, warn: PublisherOptions["warn"]): Attempt {
  return async (what, permission, act, failed) => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const readOnly = place.fork && place.measured === undefined;
      const why = error.forbidden ? (readOnly ? FORK_HINT : `The job needs the permission "${permission}".`) : fitted(error.message, 500);
      warn(`GitHub did not let us ${what} (${error.status === 0 ? "no answer" : error.status}). ${why} The verdict is not affected.`);
      // What is forbidden now stays forbidden in `post`.
      if (!error.forbidden) failed?.();
      return undefined;
    }
  };
}
