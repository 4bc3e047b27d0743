import { API_PATH, ask, generation, type Api, type Reply } from "../load/index.ts";
import type { Clock, Endpoint } from "../model/index.ts";

/** An answer without streaming, read as far as it is well formed. */
export interface Generated {
  readonly reply: Reply;
  readonly text?: string;
  readonly finishReason?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Log-probability per generated token, as sent; what is no finite number is kept as `undefined`. */
  readonly logprobs?: readonly (number | undefined)[];
}

export interface Asking {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Asks one question at temperature 0 and reads the answer. Never rejects. */
export async function generate(
  endpoint: Endpoint,
  wish: {
    readonly question: string;
    /** Stands before the question as it is: solved examples. */
    readonly before?: string;
    readonly maxTokens: number;
    readonly api?: Api;
    readonly more?: Readonly<Record<string, unknown>>;
  },
  at: Asking,
): Promise<Generated> {
  const api = wish.api ?? "completions";
  const body = { ...generation(endpoint, { maxTokens: wish.maxTokens }), ...questionBody(wish.question, api, wish.before), ...wish.more };
  return read(await ask(endpoint, { method: "POST", path: API_PATH[api], body }, at));
}

/** The question alone for chat; for completions in the form that base models continue with an answer. */
export function questionBody(question: string, api: Api, before = ""): Record<string, unknown> {
  const form = `${before}Question: ${question}\nAnswer:`;
  return api === "chat" ? { messages: [{ role: "user", content: before === "" ? question : form }] } : { prompt: form };
}

interface Shape {
  readonly choices?: readonly {
    readonly text?: unknown;
    readonly message?: { readonly content?: unknown; readonly reasoning_content?: unknown };
    readonly finish_reason?: unknown;
    readonly logprobs?: { readonly token_logprobs?: unknown } | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
}

function read(reply: Reply): Generated {
  const { choices, usage } = (reply.json ?? {}) as Shape;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  const message = choice?.message;
  const text = [choice?.text, message?.content, message?.reasoning_content].find((part) => typeof part === "string" && part !== "");
  const present = choice === undefined ? undefined : (text ?? "");
  const values = choice?.logprobs?.token_logprobs;
  return defined({
    reply,
    text: reply.error === undefined ? present : undefined,
    finishReason: typeof choice?.finish_reason === "string" ? choice.finish_reason : undefined,
    promptTokens: whole(usage?.prompt_tokens),
    completionTokens: whole(usage?.completion_tokens),
    logprobs: Array.isArray(values) ? values.map((value) => (Number.isFinite(value) ? (value as number) : undefined)) : undefined,
  });
}

function whole(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}

function defined(fields: { [Key in keyof Generated]: Generated[Key] | undefined } & { reply: Reply }): Generated {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as Generated;
}
