import type { LoadResult } from "./load-request.ts";

/**
 * One JSON object a request, as text, in the order of their intended times: `index`, times in ms since the start of the pass
 * (`sched_ms`, `send_ms`, `first_byte_ms`, `first_ms`, `last_ms`, `token_ms`), `prompt_tokens`, `completion_tokens`, `cached_tokens`,
 * `asked_tokens`, `server_ttft_ms` and `server_decode_ms` (the server's own), and `error`. What was not measured is absent. Three digits after the point: microseconds.
 */
export function* requestLines(result: LoadResult, extra: Readonly<Record<string, unknown>> = {}): Generator<string> {
  for (const [index, request] of result.samples.requests.entries()) {
    const line = {
      ...extra,
      index,
      sched_ms: micro(request.schedMs),
      send_ms: micro(request.sendMs),
      first_byte_ms: micro(request.byteMs),
      first_ms: micro(request.firstMs),
      first_output_ms: micro(request.outputMs),
      last_ms: micro(request.lastMs),
      prompt_tokens: request.promptTokens,
      cached_tokens: request.cachedTokens,
      completion_tokens: request.completionTokens,
      asked_tokens: request.askedTokens,
      server_ttft_ms: micro(request.server?.ttftMs),
      server_decode_ms: micro(request.server?.decodeMs),
      events: request.events ?? request.tokenMs.length,
      error: request.error,
      token_ms: request.tokenMs.length === 0 ? undefined : Array.from(request.tokenMs, (at) => micro(at)),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

function micro(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1_000) / 1_000;
}
