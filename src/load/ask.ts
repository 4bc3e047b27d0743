import type { Clock, Endpoint, Milliseconds, RequestError } from "../model/index.ts";
import { systemClock } from "./clock.ts";
import { Connection, openConnection, READ_BYTES, target, type Ending, type TimedSink } from "./connection.ts";
import { requestBytes } from "./request-bytes.ts";
import { SseScanner } from "./sse.ts";
import { parseJson } from "./parse-json.ts";
import { statusError } from "./token-stream.ts";

export interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Sent as JSON; a string is sent as it is, so that a malformed body can be tried. */
  readonly body?: unknown;
  /** Hang up after this many events of a stream. */
  readonly hangUpAfter?: number;
}

/** The whole answer to one request. */
export interface Reply {
  /** 0 when no answer came. */
  readonly status: number;
  /** Body, or the data of the events joined by line feeds; at most 4 MiB. */
  readonly text: string;
  /** The body parsed; absent when it is a stream or not JSON. */
  readonly json?: unknown;
  readonly events: readonly { readonly atMs: Milliseconds; readonly data: string }[];
  /** From sending to the end of the answer. */
  readonly tookMs: Milliseconds;
  /** Set when no whole answer with status 2xx came. A stream that was hung up on purpose is no error. */
  readonly error?: RequestError;
  /** What happened, in words, when `error` is set. */
  readonly detail?: string;
}

const BODY_LIMIT = 4 * 1024 * 1024;
const DETAIL_LENGTH = 300;

/** Asks one question on a connection of its own and waits for the whole answer. Never rejects. */
export async function ask(
  endpoint: Pick<Endpoint, "url" | "requestTimeoutMs">,
  question: Question,
  { signal, clock = systemClock }: { readonly signal: AbortSignal; readonly clock?: Clock },
): Promise<Reply> {
  const to = target(endpoint.url);
  const timeoutMs = endpoint.requestTimeoutMs;
  const connection = await openConnection(to, { clock, timeoutMs, signal, buffer: Buffer.allocUnsafe(READ_BYTES) });
  if (!(connection instanceof Connection)) return { status: 0, text: "", events: [], tookMs: 0, ...connection };
  const cancel = (): void => connection.stop("cancelled");
  const timer = setTimeout(() => connection.stop("timeout"), timeoutMs);
  signal.addEventListener("abort", cancel);
  const sink = new WholeReply(question.hangUpAfter);
  const { method, path, body } = question;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const ending = await connection.send(requestBytes(to, { method, path, ...(body === undefined ? {} : { body: text }) }), sink);
  clearTimeout(timer);
  signal.removeEventListener("abort", cancel);
  connection.close();
  return sink.reply(ending, clock.now() - connection.sentMs);
}

class WholeReply implements TimedSink {
  readonly #hangUpAfter: number;
  readonly #events: { atMs: Milliseconds; data: string }[] = [];
  readonly #chunks: Buffer[] = [];
  readonly #scanner = new SseScanner((bytes, from, to) => this.#event(bytes.toString("utf8", from, to)), BODY_LIMIT);
  #size = 0;
  #status = 0;
  #isStream = false;
  #at: Milliseconds = 0;

  constructor(hangUpAfter: number | undefined) {
    this.#hangUpAfter = hangUpAfter ?? Infinity;
  }

  arrived(at: Milliseconds): void {
    this.#at = at;
  }

  head(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#isStream = (headers.get("content-type") ?? "").includes("text/event-stream");
  }

  body(bytes: Buffer, from: number, to: number): boolean {
    this.#size += to - from;
    if (this.#size > BODY_LIMIT) return false;
    if (this.#isStream) return this.#scanner.push(bytes, from, to);
    this.#chunks.push(Buffer.from(bytes.subarray(from, to)));
    return true;
  }

  reply(ending: Ending, tookMs: Milliseconds): Reply {
    if (ending.kind === "complete") this.#scanner.end();
    const text = this.#isStream ? this.#events.map(({ data }) => data).join("\n") : Buffer.concat(this.#chunks).toString();
    const json = this.#isStream ? undefined : parseJson(text);
    const flaw = this.#flaw(ending, text);
    return { status: this.#status, text, events: this.#events, tookMs, ...(json === undefined ? {} : { json }), ...flaw };
  }

  #event(data: string): boolean {
    this.#events.push({ atMs: this.#at, data });
    return this.#events.length < this.#hangUpAfter;
  }

  #flaw(ending: Ending, text: string): { error: RequestError; detail: string } | undefined {
    if (this.#status !== 0 && (this.#status < 200 || this.#status > 299)) {
      return { error: statusError(this.#status), detail: `HTTP ${this.#status} ${text}`.trim().slice(0, DETAIL_LENGTH) };
    }
    switch (ending.kind) {
      case "complete":
        return undefined;
      case "enough":
        if (this.#events.length >= this.#hangUpAfter) return undefined;
        return { error: "error-in-stream", detail: `an answer longer than ${BODY_LIMIT} bytes` };
      case "garbled":
        return { error: "error-in-stream", detail: "not a well-formed HTTP response" };
      case "stopped":
        return { error: ending.why, detail: ending.why === "timeout" ? "no whole answer in time" : "cancelled" };
      case "lost":
        if (!ending.gotHead) return { error: "reset-before-headers", detail: `connection closed before an answer ${ending.code}`.trim() };
        return { error: "truncated-stream", detail: `connection closed within the answer ${ending.code}`.trim() };
      default:
        return ending satisfies never;
    }
  }
}
