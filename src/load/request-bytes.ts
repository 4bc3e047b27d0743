import type { Endpoint } from "../model/index.ts";
import type { Target } from "./connection.ts";
import { textPrompt, tokenPrompt, type Prompts } from "./prompts.ts";

/** Which endpoint generates. */
export type Api = "completions" | "chat";

/** A whole HTTP/1.1 request, ready to be written. */
export function requestBytes(to: Target, request: { method: "GET" | "POST"; path: string; body?: string; accept?: string }): Buffer {
  const body = Buffer.from(request.body ?? "");
  const head = [
    `${request.method} ${to.prefix}${request.path} HTTP/1.1`,
    `Host: ${to.authority}`,
    `Accept: ${request.accept ?? "application/json"}`,
    ...(request.method === "POST" ? ["Content-Type: application/json", `Content-Length: ${body.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

export const API_PATH: Readonly<Record<Api, string>> = { completions: "/v1/completions", chat: "/v1/chat/completions" };

/**
 * Fields shared by all generating requests, only those that the endpoint understands: `transformers serve` answers an unknown field
 * with 422. Exact lengths need `ignore_eos` and, on vLLM, `min_tokens` against stop tokens.
 */
export function generation(
  endpoint: Endpoint,
  options: { maxTokens: number; stream?: boolean; exactLength?: boolean },
): Record<string, unknown> {
  const { dialect, model } = endpoint;
  return {
    model,
    max_tokens: options.maxTokens,
    temperature: 0,
    ...(options.stream === true ? { stream: true } : {}),
    ...(options.stream === true && dialect.streamOptions ? { stream_options: { include_usage: true } } : {}),
    ...(options.exactLength === true && dialect.ignoreEos ? { ignore_eos: true, min_tokens: options.maxTokens } : {}),
  };
}

/** Body of request `index` of a pass. */
export function loadBody(
  endpoint: Endpoint,
  pass: { readonly prompts: Prompts; readonly seed: number; readonly askedTokens: number; readonly api: Api },
  index: number,
): string {
  const common = generation(endpoint, { maxTokens: pass.askedTokens, stream: true, exactLength: true });
  if (pass.api === "chat") {
    const messages = [{ role: "user", content: textPrompt(pass.prompts, pass.seed, index) }];
    return JSON.stringify({ ...common, messages });
  }
  const prompt = endpoint.dialect.tokenPrompts ? tokenPrompt(pass.prompts, pass.seed, index) : textPrompt(pass.prompts, pass.seed, index);
  return JSON.stringify({ ...common, prompt });
}
