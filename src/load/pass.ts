import type { Clock, Milliseconds, RequestError, RequestSample } from "../model/index.ts";
import { schedule, type ClosedLoop } from "./arrivals.ts";
import type { Board } from "./board.ts";
import { Connection, type Ending, type NoConnection, type Target } from "./connection.ts";
import type { LoadRequest, Stopped } from "./load-request.ts";
import type { Pool } from "./pool.ts";
import { seeded } from "./random.ts";
import { API_PATH, askedLength, loadBody, requestBytes } from "./request-bytes.ts";
import { Tally } from "./tally.ts";
import { TokenStream } from "./token-stream.ts";
import { waitUntil } from "./wait-until.ts";

/** One of several equal workers; worker `index` of `count`, from 0. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

const PREOPENED_OPEN_LOOP = 64;
const MAX_IN_FLIGHT = 4_096;
const MIN_FAILURES_IN_A_ROW = 3;
const KEEP_TIMES = 8_000_000;
/** Mean time between a worker's requests from which on they are sent to the fraction of a millisecond; below, waiting would fill the core. */
const LEAST_EXACT_GAP_MS = 2;
/** Of requests made before the clock starts. */
const PREPARED_BYTES = 64 * 1024 * 1024;

/** Connections that this worker opens before the clock starts. */
export function preopened({ arrivals }: LoadRequest, share: Share): number {
  return lanes(Math.min(arrivals.requests, arrivals.kind === "closed" ? arrivals.concurrency : PREOPENED_OPEN_LOOP), share).length;
}

/** Numbers below `total` that are this worker's. */
function lanes(total: number, { index, count }: Share): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((total - index) / count)) }, (_, i) => index + i * count);
}

export interface PassWorld {
  readonly to: Target;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly board: Board;
  readonly share: Share;
  /** Requests that were made before the start, by index. */
  readonly prepared: Map<number, Buffer>;
}

/** One worker's part of a pass, from the first request to the last answer. */
export class Pass {
  readonly #request: LoadRequest;
  readonly #at: PassWorld;
  readonly #keepShare: number;
  #failuresInARow = 0;
  #roomFreed = (): void => undefined;
  readonly tally = new Tally();
  readonly texts: string[] = [];
  /** In the order in which requests ended. */
  readonly samples: { readonly index: number; readonly sample: RequestSample }[] = [];
  /** When the last answer ended, from the start of the pass. */
  endMs: Milliseconds = 0;
  readonly startedMs: Milliseconds;
  stopped: Stopped | undefined;

  constructor(request: LoadRequest, at: PassWorld, startedMs: Milliseconds) {
    this.#request = request;
    this.#at = at;
    this.startedMs = startedMs;
    this.#keepShare = Math.min(1, (request.keepTimes ?? KEEP_TIMES) / (request.arrivals.requests * request.askedTokens));
  }

  /**
   * Makes the first requests of a closed loop, which all leave at once: made one after the other while answers to the first already
   * come in, they would be part of the latencies.
   */
  static prepare(request: LoadRequest, to: Target, share: Share): Map<number, Buffer> {
    const prepared = new Map<number, Buffer>();
    const { arrivals } = request;
    if (arrivals.kind !== "closed") return prepared;
    let size = 0;
    for (let index = share.index; index < Math.min(arrivals.concurrency, arrivals.requests); index += share.count) {
      const bytes = bytesOf(request, to, index);
      size += bytes.length;
      if (size > PREPARED_BYTES) break;
      prepared.set(index, bytes);
    }
    return prepared;
  }

  async run(): Promise<void> {
    const { arrivals } = this.#request;
    await (arrivals.kind === "closed" ? this.#closedLoop(arrivals) : this.#openLoop());
  }

  expire(): void {
    const { endpoint, idleTimeoutMs } = this.#request;
    this.#at.pool.expire(endpoint.requestTimeoutMs, Math.min(idleTimeoutMs ?? Infinity, endpoint.requestTimeoutMs));
  }

  async #closedLoop({ concurrency, requests, rampMs = 0 }: ClosedLoop): Promise<void> {
    const { share, board } = this.#at;
    const lane = async (first: number): Promise<void> => {
      // Lanes of all workers together start one after the other.
      if (rampMs > 0) await waitUntil(this.startedMs + (rampMs * first) / concurrency, { ...this.#at, exact: false });
      for (let index = first; index < requests && this.#goesOn(); index = concurrency + board.take()) await this.#one(index, undefined);
    };
    await Promise.all(lanes(concurrency, share).map(lane));
  }

  async #openLoop(): Promise<void> {
    const { arrivals, seed } = this.#request;
    if (arrivals.kind === "closed") return;
    const { share } = this.#at;
    const limit = Math.max(1, lanes(arrivals.maxInFlight ?? MAX_IN_FLIGHT, share).length);
    const running = new Set<Promise<void>>();
    const due = schedule(arrivals, seed);
    const exact = ((due.at(-1) ?? 0) * share.count) / due.length >= LEAST_EXACT_GAP_MS;
    for (const [index, dueMs] of due.entries()) {
      if (index % share.count !== share.index) continue;
      await waitUntil(this.startedMs + dueMs, { ...this.#at, exact });
      while (running.size >= limit) await new Promise<void>((resolve) => (this.#roomFreed = resolve));
      if (!this.#goesOn()) break;
      const one = this.#one(index, dueMs).finally(() => {
        running.delete(one);
        this.#roomFreed();
      });
      running.add(one);
    }
    await Promise.all(running);
  }

  async #one(index: number, dueMs: Milliseconds | undefined): Promise<void> {
    const { keepTexts = 0 } = this.#request;
    const { to, pool, board, prepared } = this.#at;
    const askedTokens = askedLength(this.#request, index);
    const bytes = prepared.get(index) ?? bytesOf(this.#request, to, index);
    prepared.delete(index);
    const first = await pool.take();
    if (!(first instanceof Connection)) return this.#unsent(index, dueMs, askedTokens, first);
    const newStream = (): TokenStream => new TokenStream(askedTokens, index < keepTexts, this.#keepsTimes(index));
    board.sent();
    const { connection, stream, ending } = await this.#exchange(first, bytes, newStream);
    board.ended();
    const { error, detail } = stream.outcome(ending);
    const { usage } = stream;
    const sendMs = connection.sentMs - this.startedMs;
    const sample: RequestSample = {
      schedMs: dueMs ?? sendMs,
      sendMs,
      ...stream.times(this.startedMs),
      ...(usage?.prompt === undefined ? {} : { promptTokens: usage.prompt }),
      ...(usage?.cached === undefined ? {} : { cachedTokens: usage.cached }),
      ...(usage === undefined ? {} : { completionTokens: usage.completion }),
      ...(usage?.server === undefined ? {} : { server: usage.server }),
      askedTokens,
      ...(error === undefined ? {} : { error }),
    };
    // A whole answer ended with its last read, not when there was time to look at it.
    this.#done(index, sample, detail, error === undefined ? connection.lastActiveMs - this.startedMs : this.#now());
    if (stream.text !== undefined && error === undefined) this.texts.push(stream.text);
  }

  /**
   * Sends a request and reads its answer. Where the server closes a connection after an answer without having said so (llama.cpp's does,
   * after every stream), its closing and our next request pass each other and nobody reads that one: it goes once more over a connection
   * opened for it, and its times count from there. A server that keeps its connections and loses a request has failed it.
   */
  async #exchange(connection: Connection, bytes: Buffer, newStream: () => TokenStream): Promise<Exchange> {
    const { pool } = this.#at;
    const sent = await exchange(connection, bytes, newStream());
    pool.give(connection);
    if (sent.ending.kind !== "lost" || !sent.ending.unread || !pool.mayClose) return sent;
    const fresh = await pool.fresh();
    if (!(fresh instanceof Connection)) return sent;
    const again = await exchange(fresh, bytes, newStream());
    const closes = again.ending.kind === "complete" && (await pool.closes(fresh));
    pool.give(fresh);
    return closes ? again : sent;
  }

  #unsent(index: number, dueMs: Milliseconds | undefined, askedTokens: number, { error, detail }: NoConnection): void {
    const sendMs = this.#now();
    this.#done(index, { schedMs: dueMs ?? sendMs, sendMs, tokenMs: new Float64Array(0), askedTokens, error }, detail, sendMs);
  }

  #done(index: number, sample: RequestSample, detail: string | undefined, endMs: Milliseconds): void {
    const { board, signal } = this.#at;
    this.samples.push({ index, sample });
    this.endMs = Math.max(this.endMs, endMs);
    this.tally.add(sample, detail);
    if (sample.error === undefined) board.done(sample.completionTokens ?? 0);
    else board.failed();
    this.#failuresInARow = sample.error === undefined ? 0 : this.#failuresInARow + 1;
    if (signal.aborted) this.#stop("cancelled");
    else if (this.#failuresInARow >= this.#patience(sample.error)) this.#stop(gone(sample.error) ? "server-gone" : "failing");
  }

  #stop(why: Stopped["why"]): void {
    this.stopped ??= { why, atMs: this.endMs };
    this.#at.board.stop();
  }

  /** A uniform sample of requests where not all can be kept; which ones depends on nothing that is measured. */
  #keepsTimes(index: number): boolean {
    return this.#keepShare >= 1 || seeded("keep", this.#request.seed, index)() < this.#keepShare;
  }

  /** Twice as many as are in flight: those that a death cuts off, and as many that find nobody there. A hang costs too much to wait for twice. */
  #patience(error: RequestError | undefined): number {
    const { arrivals } = this.#request;
    const inFlight = arrivals.kind === "closed" ? lanes(arrivals.concurrency, this.#at.share).length : PREOPENED_OPEN_LOOP;
    return Math.max(MIN_FAILURES_IN_A_ROW, error === "timeout" ? inFlight : 2 * inFlight);
  }

  #goesOn(): boolean {
    if (this.#at.signal.aborted) this.stopped ??= { why: "cancelled", atMs: this.#now() };
    return this.stopped === undefined && !this.#at.board.stopped;
  }

  #now(): Milliseconds {
    return this.#at.clock.now() - this.startedMs;
  }
}

interface Exchange {
  readonly connection: Connection;
  readonly stream: TokenStream;
  readonly ending: Ending;
}

async function exchange(connection: Connection, bytes: Buffer, stream: TokenStream): Promise<Exchange> {
  return { connection, stream, ending: await connection.send(bytes, stream) };
}

function bytesOf(request: LoadRequest, to: Target, index: number): Buffer {
  const path = API_PATH[request.api ?? "completions"];
  return requestBytes(to, { method: "POST", path, body: loadBody(request, index), accept: "text/event-stream" });
}

function gone(error: RequestError | undefined): boolean {
  return error === "refused" || error === "reset-before-headers";
}
