import { setTimeout as sleep } from "node:timers/promises";
import { getOctokit } from "@actions/github";
import { ApiError, pauseOf, type OctokitError } from "./trouble.ts";

/** GitHub, as far as Servegate talks to it. Every method either answers or throws `ApiError`. */
export interface Api {
  request<T>(route: string, parameters: Record<string, unknown>): Promise<T>;
  graphql<T>(query: string): Promise<T>;
  /** Starts a new allowance of time for all that follows; the signal ends it early. */
  allow(budgetMs: number, signal?: AbortSignal): void;
  /** Waits before another attempt at something `request` does not repeat by itself; throws when the allowance does not last. */
  pause(attempt: number): Promise<void>;
}

export interface ApiOptions {
  /** Time allowed for everything between two calls of `allow`, all retries included. */
  readonly budgetMs: number;
  /** Multiplies every pause and the allowance; tests shorten time with it. */
  readonly pace: number;
}

/** GitHub asks clients to give up on a call after a while and its own gateways do so after 10 s. */
const ONE_CALL_MS = 15_000;

/**
 * A client that retries what may pass: lost connections, 5xx, and both rate limits as long as their pause fits the allowance. A POST
 * whose answer was lost or is a 5xx may have been carried out, so it is thrown with `uncertain` set and repeated only by `createOnce`.
 */
export function api(token: string, baseUrl: string, options: Partial<ApiOptions> = {}): Api {
  const pace = options.pace ?? 1;
  const octokit = getOctokit(token, { baseUrl });
  let deadline = performance.now() + (options.budgetMs ?? 60_000) * pace;
  let cancelled: AbortSignal | undefined;

  const wait = async (ms: number, cause: unknown): Promise<void> => {
    if (performance.now() + ms * pace > deadline || cancelled?.aborted === true) throw ApiError.of(cause);
    await sleep(ms * pace, undefined, cancelled === undefined ? {} : { signal: cancelled }).catch(() => {
      throw ApiError.of(cause);
    });
  };
  const call = async <T>(repeatable: boolean, act: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      const left = deadline - performance.now();
      if (left <= 0 || cancelled?.aborted === true) throw new ApiError("the time for GitHub is used up", 0);
      // Octokit's own time-out option is ignored by its fetch transport.
      const limit = AbortSignal.timeout(Math.ceil(Math.min(ONE_CALL_MS, left)));
      try {
        return await act(cancelled === undefined ? limit : AbortSignal.any([limit, cancelled]));
      } catch (error) {
        const pauseMs = pauseOf(error as OctokitError, attempt, repeatable);
        if (pauseMs === undefined) throw ApiError.of(error);
        await wait(pauseMs, error);
      }
    }
  };
  return {
    allow(budgetMs, signal) {
      deadline = performance.now() + budgetMs * pace;
      cancelled = signal;
    },
    pause: (attempt) => wait(500 * 2 ** attempt, new Error("no answer")),
    request: <T>(route: string, parameters: Record<string, unknown>): Promise<T> =>
      call(!route.startsWith("POST"), async (signal) => (await octokit.request(route, { ...parameters, request: { signal } })).data as T),
    graphql: <T>(query: string): Promise<T> => call(true, (signal) => octokit.graphql<T>(query, { request: { signal } })),
  };
}

/**
 * Creates something exactly once as far as that can be known: after an answer that leaves open whether the thing was written it is
 * looked for before the next attempt, up to five attempts.
 */
export async function createOnce<T>(client: Api, find: () => Promise<T | undefined>, create: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.uncertain || attempt === 5) throw error;
      await client.pause(attempt);
      const written = await find();
      if (written !== undefined) return written;
    }
  }
}
