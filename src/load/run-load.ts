import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, Milliseconds, RequestError, RequestSample, Samples } from "../model/index.ts";
import { schedule, type OpenLoop } from "./arrivals.ts";
import { watchClient } from "./client-watch.ts";
import { systemClock } from "./clock.ts";
import { Connection, target, type NoConnection, type Target } from "./connection.ts";
import type { LoadRequest, LoadResult } from "./load-request.ts";
import { Pool } from "./pool.ts";
import { loadBody, requestBytes, API_PATH } from "./request-bytes.ts";
import { Tally } from "./tally.ts";
import { TokenStream } from "./token-stream.ts";
import { judgeValidity } from "./validity.ts";

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Called about once a second with a line for people. */
  readonly progress?: (text: string) => void;
}

const PREOPENED_OPEN_LOOP = 64;
const MAX_IN_FLIGHT = 4_096;
const MIN_FAILURES_IN_A_ROW = 3;
const PROGRESS_MS = 1_000;

/**
 * Sends one pass and times every token. Connections are opened before the clock starts. A failing server is a result, never an
 * exception: when twice as many requests in a row fail as are in flight (3 at least), the rest is not tried and `stopped` says so.
 *
 * Throws a TypeError when the endpoint's URL is not http or https.
 */
export async function runLoad(request: LoadRequest, { signal, clock = systemClock, progress }: LoadOptions): Promise<LoadResult> {
  const to = target(request.endpoint.url);
  const pool = new Pool(to, clock, signal);
  await pool.fill(preopened(request));
  const pass = new Pass(request, to, pool, clock, signal);
  const client = watchClient();
  const timers = [
    setInterval(() => pass.expire(), Math.min(250, Math.max(10, request.endpoint.requestTimeoutMs / 4))),
    setInterval(() => progress?.(pass.line()), PROGRESS_MS),
  ];
  const cancel = (): void => pool.cancel();
  signal.addEventListener("abort", cancel);
  try {
    await (request.arrivals.kind === "closed" ? pass.closedLoop(request.arrivals.concurrency) : pass.openLoop(request.arrivals));
  } finally {
    for (const timer of timers) clearInterval(timer);
    signal.removeEventListener("abort", cancel);
    pool.close();
  }
  const facts = client();
  const samples = pass.samples();
  const { counts: connections } = pool;
  const exactLength = request.endpoint.dialect.ignoreEos;
  const validity = judgeValidity({ samples, client: facts, connections, exactLength, promptTokens: request.prompts.tokens });
  return {
    samples,
    validity,
    connections,
    client: facts,
    asked: request.arrivals.requests,
    ...pass.tally.result(),
    texts: pass.texts,
    startedMs: pass.startedMs,
    ...(pass.stopped === undefined ? {} : { stopped: pass.stopped }),
  };
}

function gone(error: RequestError | undefined): boolean {
  return error === "refused" || error === "reset-before-headers";
}

function preopened({ arrivals }: LoadRequest): number {
  return Math.min(arrivals.requests, arrivals.kind === "closed" ? arrivals.concurrency : PREOPENED_OPEN_LOOP);
}

/** The life of one pass, from the first request to the last answer. */
class Pass {
  readonly #request: LoadRequest;
  readonly #to: Target;
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #samples: (RequestSample | undefined)[];
  readonly #keepTexts: number;
  #next = 0;
  #inFlight = 0;
  #failuresInARow = 0;
  #endMs = 0;
  readonly tally = new Tally();
  readonly texts: string[] = [];
  readonly startedMs: Milliseconds;
  stopped: LoadResult["stopped"];

  constructor(request: LoadRequest, to: Target, pool: Pool, clock: Clock, signal: AbortSignal) {
    this.#request = request;
    this.#to = to;
    this.#pool = pool;
    this.#clock = clock;
    this.#signal = signal;
    this.#samples = Array.from({ length: request.arrivals.requests });
    this.#keepTexts = request.keepTexts ?? 0;
    this.startedMs = clock.now();
  }

  async closedLoop(concurrency: number): Promise<void> {
    const lane = async (): Promise<void> => {
      while (this.#goesOn() && this.#next < this.#samples.length) {
        const index = this.#next;
        this.#next += 1;
        await this.#one(index, undefined);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  }

  async openLoop(arrivals: OpenLoop): Promise<void> {
    const limit = arrivals.maxInFlight ?? MAX_IN_FLIGHT;
    const running = new Set<Promise<void>>();
    for (const [index, dueMs] of schedule(arrivals, this.#request.seed).entries()) {
      await this.#until(dueMs);
      while (running.size >= limit) await Promise.race(running);
      if (!this.#goesOn()) break;
      const one = this.#one(index, dueMs).finally(() => running.delete(one));
      running.add(one);
    }
    await Promise.all(running);
  }

  expire(): void {
    const { endpoint, idleTimeoutMs } = this.#request;
    this.#pool.expire(endpoint.requestTimeoutMs, Math.min(idleTimeoutMs ?? Infinity, endpoint.requestTimeoutMs));
  }

  samples(): Samples {
    const requests = this.#samples.filter((sample) => sample !== undefined);
    return { requests, durationMs: this.#endMs, concurrency: this.#intended(requests) };
  }

  line(): string {
    return this.tally.line(this.#samples.length, this.#inFlight, this.#now());
  }

  async #one(index: number, dueMs: Milliseconds | undefined): Promise<void> {
    const { endpoint, prompts, askedTokens, seed, api = "completions" } = this.#request;
    const body = loadBody(endpoint, { prompts, seed, askedTokens, api }, index);
    const bytes = requestBytes(this.#to, { method: "POST", path: API_PATH[api], body, accept: "text/event-stream" });
    const connection = await this.#pool.take();
    if (!(connection instanceof Connection)) return this.#unsent(index, dueMs, connection);
    const stream = new TokenStream(askedTokens, index < this.#keepTexts);
    this.#inFlight += 1;
    const ending = await connection.send(bytes, stream);
    this.#inFlight -= 1;
    this.#pool.give(connection);
    const { error, detail } = stream.outcome(ending);
    const { usage } = stream;
    const sendMs = connection.sentMs - this.startedMs;
    this.#done(index, detail, {
      schedMs: dueMs ?? sendMs,
      sendMs,
      ...stream.times(this.startedMs),
      ...(usage?.prompt === undefined ? {} : { promptTokens: usage.prompt }),
      ...(usage === undefined ? {} : { completionTokens: usage.completion }),
      askedTokens,
      ...(error === undefined ? {} : { error }),
    });
    if (stream.text !== undefined && error === undefined) this.texts.push(stream.text);
  }

  #unsent(index: number, dueMs: Milliseconds | undefined, { error, detail }: NoConnection): void {
    const sendMs = this.#now();
    const { askedTokens } = this.#request;
    this.#done(index, detail, { schedMs: dueMs ?? sendMs, sendMs, tokenMs: new Float64Array(0), askedTokens, error });
  }

  #done(index: number, detail: string | undefined, sample: RequestSample): void {
    this.#samples[index] = sample;
    this.#endMs = this.#now();
    this.tally.add(sample, detail);
    this.#failuresInARow = sample.error === undefined ? 0 : this.#failuresInARow + 1;
    if (this.#signal.aborted) this.stopped ??= { why: "cancelled", atMs: this.#endMs };
    else if (this.#failuresInARow >= this.#patience(sample.error))
      this.stopped ??= { why: gone(sample.error) ? "server-gone" : "failing", atMs: this.#endMs };
  }

  /** Twice as many as are in flight: those that a death cuts off, and as many that find nobody there. A hang costs too much to wait for twice. */
  #patience(error: RequestError | undefined): number {
    const { arrivals } = this.#request;
    const inFlight = arrivals.kind === "closed" ? arrivals.concurrency : PREOPENED_OPEN_LOOP;
    return Math.max(MIN_FAILURES_IN_A_ROW, error === "timeout" ? inFlight : 2 * inFlight);
  }

  #goesOn(): boolean {
    if (this.#signal.aborted) this.stopped ??= { why: "cancelled", atMs: this.#now() };
    return this.stopped === undefined;
  }

  async #until(dueMs: Milliseconds): Promise<void> {
    const waitMs = dueMs - this.#now();
    // The only rejection is the signal's, which the caller looks at next.
    if (waitMs > 0) await this.#clock.sleep(waitMs, this.#signal).catch(() => undefined);
    // Timers cut fractions of a millisecond off; without this a request would leave early.
    while (this.#now() < dueMs && !this.#signal.aborted) await nextTurn();
  }

  #now(): Milliseconds {
    return this.#clock.now() - this.startedMs;
  }

  /** In an open loop nobody sets the number in flight; its mean over the pass stands in (Little's law). */
  #intended(requests: readonly RequestSample[]): number {
    const { arrivals } = this.#request;
    if (arrivals.kind === "closed") return arrivals.concurrency;
    const total = requests.reduce((sum, { sendMs, lastMs }) => sum + ((lastMs ?? sendMs) - sendMs), 0);
    return this.#endMs > 0 ? Math.max(1, Math.round(total / this.#endMs)) : 1;
  }
}
