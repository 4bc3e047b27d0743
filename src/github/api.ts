import { setTimeout as sleep } from "node:timers/promises";
import { getOctokit } from "@actions/github";

/** GitHub, as far as Servegate talks to it. Every method either answers or throws `ApiError`. */
export interface Api {
  request<T>(route: string, parameters: Record<string, unknown>): Promise<T>;
  graphql<T>(query: string): Promise<T>;
}

/** GitHub said no, or did not answer within the time allowed. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
  }

  /** The token may not do this: a fork's pull request, or a missing permission. */
  get forbidden(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }
}

export interface ApiOptions {
  /** Time allowed for one call with all its retries. */
  readonly budgetMs: number;
  /** Multiplies every pause; tests shorten time with it. */
  readonly pace: number;
}

const PATIENT: ApiOptions = { budgetMs: 60_000, pace: 1 };

/**
 * A client that retries what may pass: lost connections, 5xx, and both rate limits as long as their pause fits the budget.
 * Only idempotent routes are retried after a lost answer; a POST that may have worked is left to the caller to look up.
 */
export function api(token: string, baseUrl: string, options: Partial<ApiOptions> = {}): Api {
  const { budgetMs, pace } = { ...PATIENT, ...options };
  const octokit = getOctokit(token, { baseUrl, request: { timeout: 15_000 } });
  return {
    request: async <T>(route: string, parameters: Record<string, unknown>): Promise<T> =>
      retried(!route.startsWith("POST"), budgetMs, pace, async () => (await octokit.request(route, parameters)).data as T),
    graphql: async <T>(query: string): Promise<T> => retried(true, budgetMs, pace, () => octokit.graphql<T>(query)),
  };
}

interface OctokitError {
  readonly status?: number;
  readonly message?: string;
  readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

async function retried<T>(idempotent: boolean, budgetMs: number, pace: number, call: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + budgetMs * pace;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (cause) {
      const error = cause as OctokitError;
      const pauseMs = pauseOf(error, attempt, idempotent);
      if (pauseMs === undefined || performance.now() + pauseMs * pace > deadline) {
        throw new ApiError(error.message ?? "no answer", error.status ?? 0, { cause });
      }
      await sleep(pauseMs * pace);
    }
  }
}

/** How long to wait before trying again, or `undefined` when trying again cannot help. */
function pauseOf(error: OctokitError, attempt: number, idempotent: boolean): number | undefined {
  const status = error.status ?? 0;
  const headers = error.response?.headers ?? {};
  const after = Number(headers["retry-after"]);
  if ((status === 403 || status === 429) && Number.isFinite(after)) return after * 1000;
  if (status === 429 || (status === 403 && headers["x-ratelimit-remaining"] === "0")) return 20_000;
  // Octokit reports a connection that broke as status 500 without headers.
  const lost = status === 0 || (status >= 500 && error.response === undefined);
  if (lost) return idempotent && attempt < 5 ? 500 * 2 ** attempt : undefined;
  return status >= 500 && attempt < 5 ? 500 * 2 ** attempt : undefined;
}
