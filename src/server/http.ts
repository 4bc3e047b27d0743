import { request } from "node:http";

/** What came back, or that nothing did: refused, reset, timed out, cancelled. */
export type Answer = { readonly status: number; readonly body: string } | { readonly status: undefined; readonly error: string };

/** Longer answers are cut: a server under test may send anything. */
const BODY_LIMIT = 4 * 1024 * 1024;

export interface Call {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Sent as JSON with POST. */
  readonly body?: unknown;
}

/** One request on a connection of its own. Never rejects, and knows no proxies. */
export function call(url: string, { timeoutMs, signal, body }: Call): Promise<Answer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve({ status: undefined, error: error instanceof Error ? error.message : String(error) });
    try {
      const sent = request(url, {
        // A fresh agent: the global one would follow NODE_USE_ENV_PROXY and keep connections.
        agent: false,
        method: payload === undefined ? "GET" : "POST",
        headers: payload === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      sent.on("error", fail);
      sent.on("response", (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        const done = (): void => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
        response.on("data", (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length > BODY_LIMIT) {
            done();
            sent.destroy();
          }
        });
        response.on("end", done);
        response.on("error", fail);
      });
      sent.end(payload);
    } catch (error) {
      fail(error);
    }
  });
}

/** The parsed body of a 200, or undefined. */
export function jsonOf(answer: Answer): unknown {
  if (answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    return undefined;
  }
}
