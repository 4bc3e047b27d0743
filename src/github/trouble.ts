/** What Octokit throws, as far as we read it. */
export interface OctokitError {
  readonly status?: number;
  readonly message?: string;
  readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/** GitHub said no, or did not answer within the time allowed. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
  }

  static of(cause: unknown): ApiError {
    if (cause instanceof ApiError) return cause;
    const error = cause as OctokitError;
    return new ApiError(error.message ?? "no answer", isLost(error) ? 0 : (error.status ?? 0), { cause });
  }

  /** The token may not do this: a fork's pull request, or a missing permission. */
  get forbidden(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }

  /** What was asked may have been carried out all the same. */
  get uncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

const ATTEMPTS = 5;

/**
 * How long to wait before trying again, in milliseconds, or `undefined` when it must not be tried again. Both rate limits refuse before
 * anything is carried out, so they may be retried for any request; everything else only where repeating does no harm.
 */
export function pauseOf(error: OctokitError, attempt: number, repeatable: boolean): number | undefined {
  const status = error.status ?? 0;
  if (isLimited(error)) return limitPause(error.response?.headers ?? {}, attempt);
  const passing = isLost(error) || status >= 500;
  return passing && repeatable && attempt < ATTEMPTS ? 500 * 2 ** attempt : undefined;
}

/** Octokit reports a connection that broke, and its own time-out, as status 500 without a response. */
function isLost(error: OctokitError): boolean {
  return (error.status ?? 0) === 0 || ((error.status ?? 0) >= 500 && error.response === undefined);
}

function isLimited(error: OctokitError): boolean {
  if (error.status === 429) return true;
  if (error.status !== 403) return false;
  const headers = error.response?.headers ?? {};
  return headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(error.message ?? "");
}

/** GitHub's rules: `retry-after`, else until `x-ratelimit-reset`, else a minute and doubling. */
function limitPause(headers: Readonly<Record<string, string | undefined>>, attempt: number): number {
  const after = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(after)) return Math.max(after, 1) * 1000;
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) return Math.max(reset * 1000 - Date.now(), 1000);
  return 60_000 * 2 ** (attempt - 1);
}
