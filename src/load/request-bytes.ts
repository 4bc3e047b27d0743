import type { Endpoint } from "../model/index.ts";
import type { Target } from "./connection.ts";
import type { LoadRequest } from "./load-request.ts";
import { drawLength } from "./lengths.ts";
import { itemOf, textPrompt, tokenPrompt } from "./prompts.ts";
import { seeded } from "./random.ts";

/** Which endpoint generates; `generate` is SGLang's own. */
export type Api = "completions" | "chat" | "generate";

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

export const API_PATH: Readonly<Record<Api, string>> = {
  completions: "/v1/completions",
  chat: "/v1/chat/completions",
  generate: "/generate",
};

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

/** Answer length of request `index`: the workload's own, or drawn around `askedTokens`. */
export function askedLength({ prompts, askedTokens, askedLengths, seed }: LoadRequest, index: number): number {
  const own = itemOf(prompts, index)?.outputTokens;
  if (own !== undefined || askedLengths === undefined) return own ?? askedTokens;
  return drawLength(askedTokens, askedLengths, seeded("answer", seed, prompts.pass, index));
}

/** Body of request `index` of a pass. */
export function loadBody(request: LoadRequest, index: number): string {
  const { endpoint, prompts, seed, api = "completions" } = request;
  const maxTokens = askedLength(request, index);
  const item = itemOf(prompts, index);
  if (api === "generate") {
    const asked = item?.prompt ?? tokenPrompt(prompts, seed, index);
    const input = typeof asked === "string" ? { text: asked } : { input_ids: asked };
    return JSON.stringify({ ...input, stream: true, sampling_params: { max_new_tokens: maxTokens, temperature: 0, ignore_eos: true } });
  }
  const common = generation(endpoint, { maxTokens, stream: true, exactLength: true });
  if (api === "chat") {
    const given = typeof item?.prompt === "string" ? item.prompt : undefined;
    const messages = item?.messages ?? [{ role: "user", content: given ?? textPrompt(prompts, seed, index) }];
    return JSON.stringify({ ...common, messages });
  }
  const made = endpoint.dialect.tokenPrompts ? tokenPrompt : textPrompt;
  return JSON.stringify({ ...common, prompt: item?.prompt ?? made(prompts, seed, index) });
}
