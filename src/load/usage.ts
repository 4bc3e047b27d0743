import type { RequestSample } from "../model/index.ts";
import { parseJson } from "./parse-json.ts";

/** Tokens of one answer as the server counts them. */
export interface Usage {
  readonly prompt?: number;
  readonly completion: number;
  readonly cached?: number;
  readonly server?: NonNullable<RequestSample["server"]>;
}

/** The counts in the last event of an answer; `undefined` where no count of generated tokens is in it. */
export function readUsage(event: Buffer): Usage | undefined {
  const parsed = parseJson(event.toString()) as { usage?: Counts | null; meta_info?: Counts; metrics?: Times | null } | undefined;
  const counts = parsed?.usage ?? parsed?.meta_info ?? {};
  const { prompt_tokens: prompt, completion_tokens: completion } = counts;
  const cached = counts.prompt_tokens_details?.cached_tokens ?? counts.cached_tokens;
  if (typeof completion !== "number" || !Number.isFinite(completion)) return undefined;
  const server = serverTimes(parsed?.metrics ?? {});
  return {
    completion,
    ...(typeof prompt === "number" ? { prompt } : {}),
    ...(typeof cached === "number" ? { cached } : {}),
    ...(server === undefined ? {} : { server }),
  };
}

/** Counts of `usage`, or of SGLang's `meta_info`. */
interface Counts {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly cached_tokens?: unknown;
  readonly prompt_tokens_details?: { readonly cached_tokens?: unknown } | null;
}

/** Times of one request as vLLM tells them beside `usage` (`entrypoints/generate/base/serving.py`), in ms. */
interface Times {
  readonly queue_time_ms?: unknown;
  readonly time_to_first_token_ms?: unknown;
  readonly generation_time_ms?: unknown;
}

/** vLLM counts the first token from the scheduling; what a client waits for includes the queue before it. */
function serverTimes({ queue_time_ms: queue, time_to_first_token_ms: first, generation_time_ms: decode }: Times): Usage["server"] {
  if (typeof first !== "number" && typeof decode !== "number") return undefined;
  return {
    ...(typeof first === "number" ? { ttftMs: first + (typeof queue === "number" ? queue : 0) } : {}),
    ...(typeof decode === "number" ? { decodeMs: decode } : {}),
  };
}
