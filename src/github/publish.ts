import { api, ApiError, type Api, type ApiOptions } from "./api.ts";
import { completeCheck, startCheck, type Conclusion } from "./check-run.ts";
import { upsertComment } from "./comment.ts";
import type { Place } from "./place.ts";

/** What is said on GitHub. All texts are finished; this room only carries them. */
export interface Publication {
  readonly conclusion: Conclusion;
  readonly title: string;
  readonly next: string;
  /** Markdown below 65,000 characters. */
  readonly comment: string;
  readonly completedAt: string;
}

/** Reports to one pull request and head commit. Trouble with GitHub is told through `warn` and never changes a verdict. */
export interface Publisher {
  /** Opens the check run; resolves to its id, or `undefined` where the token may not. */
  start(startedAt: string): Promise<number | undefined>;
  /** Comment and check run; resolves to the comment's page where one was written. */
  finish(checkRun: number | undefined, publication: Publication): Promise<string | undefined>;
}

export interface PublisherOptions {
  readonly name: string;
  /** Tells several gates on one pull request apart. */
  readonly key: string;
  readonly comment: boolean;
  readonly warn: (message: string) => void;
  readonly api?: Partial<ApiOptions>;
}

const FORK_HINT =
  "On a pull request from a fork the token is read-only. The job summary holds the same report, and a job with write " +
  "permission can publish the stored record later with `mode: report`.";

/** A publisher for this token, or one that does nothing but say so when there is no token. */
export function publisher(token: string | undefined, place: Place, options: PublisherOptions): Publisher {
  if (token === undefined || token === "") {
    options.warn("No github-token was given: no comment and no check run, only the job summary.");
    return { start: async () => undefined, finish: async () => undefined };
  }
  const client = api(token, place.apiUrl, options.api);
  return {
    start: (startedAt) =>
      attempt("open the check run", "checks: write", place, options, () => startCheck(client, place, options.name, startedAt)),
    finish: async (checkRun, publication) => {
      const page = await comment(client, place, options, publication);
      if (checkRun !== undefined) {
        const result = {
          conclusion: publication.conclusion,
          title: publication.title,
          summary: `${publication.next}\n\n${page === undefined ? "" : `[Full report](${page})`}`,
          completedAt: publication.completedAt,
        };
        await attempt("complete the check run", "checks: write", place, options, () => completeCheck(client, place, checkRun, result));
      }
      return page;
    },
  };
}

async function comment(client: Api, place: Place, options: PublisherOptions, publication: Publication): Promise<string | undefined> {
  const { pullRequest } = place;
  if (!options.comment || pullRequest === undefined) return undefined;
  return attempt("write the comment", "pull-requests: write", place, options, () =>
    upsertComment(client, place, pullRequest, options.key, publication.comment),
  );
}

async function attempt<T>(
  what: string,
  permission: string,
  place: Place,
  options: PublisherOptions,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = error.forbidden ? (place.fork ? FORK_HINT : `The job needs the permission "${permission}".`) : error.message;
    options.warn(`GitHub did not let us ${what} (${error.status === 0 ? "no answer" : error.status}). ${why} The verdict is not affected.`);
    return undefined;
  }
}
