import type { Milliseconds } from "./units.ts";

/** Why one request did not complete. Each is counted on its own and none enters a latency statistic. */
export const REQUEST_ERRORS = [
  "dns",
  "refused",
  "reset-before-headers",
  "reset-after-headers",
  "truncated-stream",
  "http-4xx",
  "http-429",
  "http-5xx",
  "error-in-stream",
  "timeout",
  "no-usage",
  "cancelled",
] as const;
export type RequestError = (typeof REQUEST_ERRORS)[number];

/** One request as the load generator saw it. Times are monotonic milliseconds since the start of the pass. */
export interface RequestSample {
  /** When it should have been sent. In a closed loop this equals `sendMs`. */
  readonly schedMs: Milliseconds;
  /** When it was handed to a connected socket. */
  readonly sendMs: Milliseconds;
  /** Arrival of the first event with any generated token; absent when none came. */
  readonly firstMs?: Milliseconds;
  /** Arrival of the last event with any generated token. */
  readonly lastMs?: Milliseconds;
  /** Arrival of the first byte of the response. */
  readonly byteMs?: Milliseconds;
  /** Arrival of the first event that is part of the answer proper, where reasoning came before it. */
  readonly outputMs?: Milliseconds;
  /**
   * Arrival time of every event that carried generated tokens, ascending. Empty for requests outside the random sample whose times are
   * kept when a pass is too large to keep all; `events` and `longestGapMs` are then set.
   */
  readonly tokenMs: Float64Array;
  /** Events that carried generated tokens, where `tokenMs` was not kept. */
  readonly events?: number;
  /** Longest time between two of them, where `tokenMs` was not kept. */
  readonly longestGapMs?: Milliseconds;
  /** Prompt tokens that the server found in its prefix cache, where it says so. */
  readonly cachedTokens?: number;
  /** The server's own times of this request, where it tells them (vLLM's `--enable-per-request-metrics`). */
  readonly server?: {
    /** From its queue to its first token. */
    readonly ttftMs?: Milliseconds;
    /** From its first token to its last. */
    readonly decodeMs?: Milliseconds;
  };
  /** From the server's `usage`; never counted by us. */
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Answer length asked for. */
  readonly askedTokens: number;
  readonly error?: RequestError;
}

/** All requests of one workload at one load level, with the length of the pass. */
export interface Samples {
  readonly requests: readonly RequestSample[];
  readonly durationMs: Milliseconds;
  /** Requests meant to be in flight at once; the steady window is where at least 95 % of them were. */
  readonly concurrency: number;
  /** What a request must meet to count as good; without it there is no goodput. */
  readonly slo?: Slo;
}

/** Upper bounds per request, in ms; those given must all be met. */
export interface Slo {
  readonly ttftMs?: Milliseconds;
  readonly tpotMs?: Milliseconds;
  readonly e2elMs?: Milliseconds;
}
