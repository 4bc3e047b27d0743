import type { Milliseconds, RequestError, RequestSample } from "../model/index.ts";
import type { Ending, TimedSink } from "./connection.ts";
import { SseScanner } from "./sse.ts";
import { EVENT, readEvent } from "./token-event.ts";
import { parseJson } from "./parse-json.ts";
import { readUsage, type Usage } from "./usage.ts";

/** An event with log-probabilities can reach a megabyte; nothing sound is longer than this. */
const EVENT_LIMIT = 8 * 1024 * 1024;
/** Error texts and kept answers are evidence, not archives. */
const ERROR_LIMIT = 2_000;
const KEPT_LIMIT = 64 * 1024;

export interface StreamOutcome {
  readonly error?: RequestError;
  readonly detail?: string;
}

type Timing = Pick<RequestSample, "byteMs" | "firstMs" | "lastMs" | "outputMs" | "tokenMs" | "events" | "longestGapMs">;

/** Receives one streamed completion: notes when tokens came, and keeps only what is needed to judge the request afterwards. */
export class TokenStream implements TimedSink {
  readonly #scanner = new SseScanner((bytes, from, to, name) => this.#event(bytes, from, to, name), EVENT_LIMIT);
  readonly #kept: Buffer[] | undefined;
  #keptBytes = 0;
  readonly #keepsTimes: boolean;
  #times: Float64Array;
  #count = 0;
  #firstMs: Milliseconds = 0;
  #lastMs: Milliseconds = 0;
  #longestGapMs: Milliseconds = 0;
  #outputMs: Milliseconds | undefined;
  #reasoned = false;
  #at: Milliseconds = 0;
  #status = 0;
  #isStream = false;
  #body = "";
  #seen = 0;
  #usage: Buffer | undefined;
  #counted: Usage | undefined;
  /** Clock time of the first byte of the response. */
  firstByteMs: Milliseconds | undefined;

  constructor(askedTokens: number, keepText: boolean, keepTimes = true) {
    this.#keepsTimes = keepTimes;
    this.#times = new Float64Array(keepTimes ? Math.min(askedTokens + 2, 4096) : 0);
    this.#kept = keepText ? [] : undefined;
  }

  arrived(at: Milliseconds): void {
    this.#at = at;
    this.firstByteMs ??= at;
  }

  head(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#isStream = status === 200 && (headers.get("content-type") ?? "").includes("text/event-stream");
  }

  body(bytes: Buffer, from: number, to: number): boolean {
    if (this.#isStream) return this.#scanner.push(bytes, from, to);
    if (this.#body.length < ERROR_LIMIT) this.#body += bytes.toString("utf8", from, Math.min(to, from + ERROR_LIMIT));
    return true;
  }

  /** Why the request does not count, if it does not. */
  outcome(ending: Ending): StreamOutcome {
    if (ending.kind === "complete") this.#scanner.end();
    const flaw = this.#flaw(ending);
    if (flaw !== undefined) return flaw;
    return this.usage === undefined ? { error: "no-usage", detail: "the stream ended without usage" } : {};
  }

  /** Token counts as the server gave them last; parsed when first asked for, which is after the stream. */
  get usage(): Usage | undefined {
    if (this.#usage !== undefined) this.#counted = readUsage(this.#usage);
    this.#usage = undefined;
    return this.#counted;
  }

  /** Text of the answer, when it was to be kept. */
  get text(): string | undefined {
    return this.#kept?.map((event) => eventText(event.toString())).join("");
  }

  /** Times relative to `origin`. */
  times(origin: Milliseconds): Timing {
    const tokenMs = this.#times.slice(0, this.#keepsTimes ? this.#count : 0);
    const [first, last] = this.#keepsTimes ? [tokenMs[0], tokenMs.at(-1)] : [this.#firstMs, this.#lastMs];
    for (let i = 0; i < tokenMs.length; i += 1) tokenMs[i] = (tokenMs[i] ?? 0) - origin;
    return {
      tokenMs,
      ...(this.firstByteMs === undefined ? {} : { byteMs: this.firstByteMs - origin }),
      ...(this.#count === 0 || first === undefined || last === undefined ? {} : { firstMs: first - origin, lastMs: last - origin }),
      ...(this.#reasoned && this.#outputMs !== undefined ? { outputMs: this.#outputMs - origin } : {}),
      ...(this.#keepsTimes ? {} : { events: this.#count, longestGapMs: this.#longestGapMs }),
    };
  }

  get #isFinished(): boolean {
    return (this.#seen & (EVENT.finish | EVENT.done)) !== 0;
  }

  #event(bytes: Buffer, from: number, to: number, name: string): boolean {
    const flags = name === "error" ? EVENT.error : readEvent(bytes, from, to);
    this.#seen |= flags;
    if ((flags & EVENT.token) !== 0) this.#token((flags & EVENT.reasoning) !== 0);
    if ((flags & EVENT.usage) !== 0) this.#usage = Buffer.from(bytes.subarray(from, to));
    if ((flags & EVENT.error) !== 0) this.#body = bytes.toString("utf8", from, Math.min(to, from + ERROR_LIMIT));
    if (this.#kept !== undefined && (flags & EVENT.token) !== 0 && this.#keptBytes < KEPT_LIMIT) {
      this.#kept.push(Buffer.from(bytes.subarray(from, to)));
      this.#keptBytes += to - from;
    }
    return (flags & EVENT.error) === 0;
  }

  #token(reasoning: boolean): void {
    if (reasoning) this.#reasoned = true;
    else this.#outputMs ??= this.#at;
    // Every number that is written here is a line of memory of its own, and there are thousands of streams.
    if (this.#keepsTimes) this.#keepTime();
    else this.#keepEnds();
    this.#count += 1;
  }

  #keepTime(): void {
    if (this.#count === this.#times.length) {
      const grown = new Float64Array(this.#times.length * 2);
      grown.set(this.#times);
      this.#times = grown;
    }
    this.#times[this.#count] = this.#at;
  }

  #keepEnds(): void {
    if (this.#count === 0) this.#firstMs = this.#at;
    else this.#longestGapMs = Math.max(this.#longestGapMs, this.#at - this.#lastMs);
    this.#lastMs = this.#at;
  }

  #flaw(ending: Ending): StreamOutcome | undefined {
    if ((this.#seen & EVENT.error) !== 0) return { error: "error-in-stream", detail: this.#body };
    if (this.#scanner.overlong) return { error: "error-in-stream", detail: `an event longer than ${EVENT_LIMIT} bytes` };
    if (this.#status !== 0 && this.#status !== 200)
      return { error: statusError(this.#status), detail: `HTTP ${this.#status} ${this.#body}` };
    switch (ending.kind) {
      case "stopped":
        return { error: ending.why, detail: ending.why };
      case "lost": {
        // Everything was said; some servers close without the last chunk of the framing.
        if (this.#isFinished && this.usage !== undefined) return undefined;
        if (!ending.gotHead) return { error: "reset-before-headers", detail: ending.code || "closed before an answer" };
        const error = this.#count > 0 ? "truncated-stream" : "reset-after-headers";
        return { error, detail: ending.code || "closed before the stream ended" };
      }
      case "garbled":
      case "enough":
        return { error: "error-in-stream", detail: "not a well-formed HTTP response" };
      case "complete":
        if (!this.#isStream) return { error: "error-in-stream", detail: `not an event stream: ${this.#body}` };
        if (this.#isFinished) return undefined;
        return { error: "truncated-stream", detail: "the stream ended without a finish reason" };
      default:
        return ending satisfies never;
    }
  }
}

/** Class of an HTTP status that is not 200. */
export function statusError(status: number): RequestError {
  if (status === 429) return "http-429";
  return status >= 500 ? "http-5xx" : "http-4xx";
}

/** Generated text of one completions or chat event, the reasoning channel included; empty when it has none or is not JSON. */
export function eventText(data: string): string {
  const event = parseJson(data) as { text?: unknown; choices?: readonly { text?: unknown; delta?: Record<string, unknown> }[] } | undefined;
  const choice = Array.isArray(event?.choices) ? event.choices[0] : undefined;
  const texts = [choice?.text, choice?.delta?.["reasoning_content"], choice?.delta?.["reasoning"], choice?.delta?.["content"]];
  return texts.filter((text) => typeof text === "string").join("");
}
