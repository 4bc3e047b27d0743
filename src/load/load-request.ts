import type { Endpoint, Milliseconds, RequestError, Samples, Slo, Validity } from "../model/index.ts";
import type { Arrivals } from "./arrivals.ts";
import type { ClientFacts } from "./client-watch.ts";
import type { Lengths } from "./lengths.ts";
import type { ConnectionCounts } from "./pool.ts";
import type { Prompts } from "./prompts.ts";
import type { Reconciled } from "./reconcile.ts";
import type { Api } from "./request-bytes.ts";
import type { Placement } from "./thread.ts";

/** One pass: what is sent, when, and how long the answers shall be. Plain data, so that it can cross to another thread. */
export interface LoadRequest {
  readonly endpoint: Endpoint;
  readonly prompts: Prompts;
  readonly arrivals: Arrivals;
  /** Answer length in tokens; exact where the dialect can say so. A workload's own lengths come before it. */
  readonly askedTokens: number;
  /** How answer lengths differ from request to request around `askedTokens`; all are equal where absent. */
  readonly askedLengths?: Lengths;
  /** The same seed sends the same bytes at the same intended times. */
  readonly seed: number;
  /** Default `completions`; chat takes text prompts only, `generate` is SGLang's own. */
  readonly api?: Api;
  /** A request without a byte for this long has timed out; default and upper bound is the endpoint's request timeout. */
  readonly idleTimeoutMs?: Milliseconds;
  /** Keep the text of this many first answers, at most 64 KiB of events each. Default 0. */
  readonly keepTexts?: number;
  /** Threads, each with sockets and an event loop of its own. Default 1: this thread. */
  readonly workers?: number;
  /** Token times kept at most, 8 bytes each; beyond it those of a random sample of requests are kept. Default 8 million. */
  readonly keepTimes?: number;
  /** Goes with the samples, so that goodput can be computed. */
  readonly slo?: Slo;
}

export interface LoadResult {
  /** Requests that were sent or could not be, in order of their intended times; those never tried are absent. */
  readonly samples: Samples;
  readonly validity: Validity;
  readonly connections: ConnectionCounts;
  readonly client: ClientFacts;
  /** Where client and server ran, when they were kept apart. */
  readonly cores?: Pick<Placement, "client" | "server">;
  readonly asked: number;
  readonly completed: number;
  /** Failed requests by class. */
  readonly errors: Readonly<Partial<Record<RequestError, number>>>;
  /** The first message of each class, at most 300 characters. */
  readonly examples: Readonly<Partial<Record<RequestError, string>>>;
  readonly texts: readonly string[];
  /** Clock time of the start of the pass; sample times count from it. */
  readonly startedMs: Milliseconds;
  /** What the server's own counters say of the pass, where `/metrics` is offered. */
  readonly server?: Reconciled;
  /**
   * Set when the pass ended before every request was tried: cancelled; or many requests in a row had failed, the last of them because
   * nobody was there (`server-gone`) or for another reason (`failing`).
   */
  readonly stopped?: { readonly why: "cancelled" | "server-gone" | "failing"; readonly atMs: Milliseconds };
}

export type Stopped = NonNullable<LoadResult["stopped"]>;
