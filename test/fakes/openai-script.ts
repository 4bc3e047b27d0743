/** What the scripted server does with a generating request instead of answering it. */
export type Sickness =
  | "reset-before-headers"
  | "reset-after-headers"
  | "reset-mid-stream"
  | "close-mid-stream"
  | "truncate"
  | "error-event"
  | "unquoted-error-event"
  | "json-error-200"
  | "http-400"
  | "http-429"
  | "http-500"
  | "http-503"
  | "hang-before-headers"
  | "hang-mid-stream"
  | "drip-mid-stream"
  | "malformed-event"
  | "comments-only"
  | "endless-line"
  | "not-http";

/** Everything about a scripted server, as plain data so that it can be sent to another process. */
export interface Script {
  readonly model: string;
  /** First token after this long, then one every `tpotMs`, on an absolute schedule. */
  readonly ttftMs: number;
  readonly tpotMs: number;
  readonly tokensPerEvent: number;
  /** Role-only delta this long after the request, in chat. */
  readonly roleDeltaMs: number | undefined;
  /** Where chat puts its text. */
  readonly channel: "content" | "reasoning_content" | "reasoning" | "tool_calls";
  readonly usage: "separate" | "with-finish" | "continuous" | "none";
  readonly done: boolean;
  readonly lineEnd: "\n" | "\r\n" | "\r";
  readonly space: boolean;
  readonly comments: boolean;
  /** Every stream begins with a byte order mark. */
  readonly bom: boolean;
  /** One write an event, one write a byte, or everything at the end. */
  readonly write: "event" | "bytes" | "together";
  readonly answers: "right" | "wrong" | "nan" | "empty" | "loop";
  /** Answers stop after this many tokens, whatever was asked. */
  readonly longest: number;
  /** Nothing is sent for `ms` before token `at` (0-based). */
  readonly stall: { readonly at: number; readonly ms: number } | undefined;
  readonly sickness: Sickness | undefined;
  /** Generating requests served in health before the sickness begins. */
  readonly healthyFirst: number;
  /** Only every n-th sick request is sick. */
  readonly sickEvery: number;
  /** `/v1/completions` exists; a server that only chats has none. */
  readonly completions: boolean;
  /** Unknown fields are answered with 422, as `transformers serve` does. */
  readonly strict: boolean;
  /** `claimed`: the server says nothing of closing and closes after each stream, as llama.cpp's does. */
  readonly keepAlive: boolean | "claimed";
  readonly healthStatus: number;
  readonly listsModel: boolean;
  readonly finiteLogprobs: boolean;
  /** Accepts no connection any more after such a request. */
  readonly diesAfter: "bad-request" | "hang-up" | undefined;
  /** `/metrics` with vLLM's names is offered, and says that this share of prompt tokens was found in the prefix cache. */
  readonly cacheHits: number | undefined;
  /** First token on the server's own clock, in `/metrics`; the scripted one where absent. */
  readonly ttftSaidMs: number | undefined;
  /** The usage chunk carries the request's own times, as vLLM's `--enable-per-request-metrics` has them. */
  readonly tellsTimes: boolean;
  /** Requests of others that `/metrics` counts with ours. */
  readonly foreign: number;
  /** `usage` tells cached tokens. */
  readonly cachedTokens: number | undefined;
  /** Reasoning leads: this many of the first events go to `reasoning_content`, in chat. */
  readonly reasoningEvents: number;
  /** Generates one answer at a time, in order of arrival. */
  readonly oneAtATime: boolean;
}

export const HEALTHY: Script = {
  model: "fake",
  ttftMs: 5,
  tpotMs: 1,
  tokensPerEvent: 1,
  roleDeltaMs: 1,
  channel: "content",
  usage: "separate",
  done: true,
  lineEnd: "\n",
  space: true,
  comments: false,
  bom: false,
  write: "event",
  answers: "right",
  longest: Infinity,
  stall: undefined,
  sickness: undefined,
  healthyFirst: 0,
  sickEvery: 1,
  completions: true,
  strict: false,
  keepAlive: true,
  healthStatus: 200,
  listsModel: true,
  finiteLogprobs: true,
  diesAfter: undefined,
  cacheHits: undefined,
  ttftSaidMs: undefined,
  tellsTimes: false,
  foreign: 0,
  cachedTokens: undefined,
  reasoningEvents: 0,
  oneAtATime: false,
};
