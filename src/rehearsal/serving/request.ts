import { type Limits, pieces } from "../answers/index.ts";
import { hashNumbers, hashText } from "../hash.ts";
import type { Settings } from "../settings.ts";
import { type Refusal, badRequest } from "./refusal.ts";

/** One prompt of a request. */
export interface Prompt {
  /** Text to answer; for token ids a stand-in that seeds the answer. */
  readonly text: string;
  readonly tokens: number;
  /** As text pieces, for `echo`. */
  readonly pieces: readonly string[];
  readonly seed: number;
  /** The prompt's token ids: as given, or as the model's tokenizer has them. */
  readonly ids?: readonly number[];
}

/** A generation request of any endpoint, checked. */
export interface Generation {
  readonly prompts: readonly Prompt[];
  readonly limits: Limits;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Alternatives per token, or undefined when none were asked for. */
  readonly logprobs: number | undefined;
  readonly echo: boolean;
  readonly scoring: Scoring;
}

/** What only a model that infers can heed. */
export interface Scoring {
  readonly temperature: number;
  readonly seed: number | undefined;
  /** Alternatives per token of the prompt, or undefined when its scores were not asked for. */
  readonly promptLogprobs: number | undefined;
  /** The place in the prompt where SGLang's scores begin. */
  readonly scoresFrom: number;
  /** Tokens in log-probabilities are named `token_id:7`. */
  readonly namesAreIds: boolean;
}

type Body = Readonly<Record<string, unknown>>;

/** Read the body of `/v1/completions`. Defaults are the engines': 16 tokens. */
export function readCompletion(body: Body, settings: Settings): Generation | Refusal {
  const wrongModel = checkModel(body, settings);
  if (wrongModel !== undefined) return wrongModel;
  const prompts = promptsOf(body["prompt"]);
  if (prompts === undefined) return missing("prompt", settings);
  return finish(body, prompts, settings, {
    maxTokens: integer(body["max_tokens"]) ?? 16,
    logprobs: integer(body["logprobs"]),
    echo: body["echo"] === true,
    promptLogprobs: integer(body["prompt_logprobs"]),
  });
}

/** Read the body of `/v1/chat/completions`; without a limit the answer may fill the context. */
export function readChat(body: Body, settings: Settings): Generation | Refusal {
  const wrongModel = checkModel(body, settings);
  if (wrongModel !== undefined) return wrongModel;
  const { messages } = body;
  if (!Array.isArray(messages)) return missing("messages", settings);
  if (messages.length === 0) return badRequest("Messages cannot be empty.");
  const texts = messages.map(contentOf);
  const tokens = texts.reduce((sum, text) => sum + pieces(text).length + 4, 2);
  // The last word is what is answered; what came before only lengthens the prompt.
  const text = texts.at(-1) ?? "";
  const prompt: Prompt = { text, tokens, pieces: pieces(text), seed: hashText(texts.join("\n")) };
  const left = Number(settings.effective["context-length"]) - tokens;
  const maxTokens = integer(body["max_completion_tokens"]) ?? integer(body["max_tokens"]) ?? Math.max(1, left);
  const logprobs = body["logprobs"] === true ? (integer(body["top_logprobs"]) ?? 0) : undefined;
  return finish(body, [prompt], settings, { maxTokens, logprobs, echo: false });
}

/** Read the body of SGLang's `/generate`, whose default is 128 tokens. */
export function readGenerate(body: Body, settings: Settings): Generation | Refusal {
  const prompts = promptsOf(body["text"] ?? body["input_ids"]);
  if (prompts === undefined) return badRequest("Either text, input_ids or input_embeds should be provided.");
  const sampling = (body["sampling_params"] ?? {}) as Body;
  const logprobs = body["return_logprob"] === true ? (integer(body["top_logprobs_num"]) ?? 0) : undefined;
  const from = integer(body["logprob_start_len"]) ?? -1;
  const renamed = { ...sampling, stream: body["stream"], min_tokens: sampling["min_new_tokens"], seed: sampling["sampling_seed"] };
  return finish(renamed, prompts, settings, {
    maxTokens: integer(sampling["max_new_tokens"]) ?? 128,
    logprobs,
    echo: false,
    promptLogprobs: from >= 0 ? logprobs : undefined,
    scoresFrom: from,
  });
}

function finish(
  body: Body,
  prompts: readonly Prompt[],
  settings: Settings,
  {
    maxTokens,
    logprobs,
    echo,
    promptLogprobs,
    scoresFrom = -1,
  }: Pick<Generation, "logprobs" | "echo"> & {
    readonly maxTokens: number;
    readonly promptLogprobs?: number | undefined;
    readonly scoresFrom?: number;
  },
): Generation | Refusal {
  const stream = body["stream"] === true;
  const options = body["stream_options"] as Body | undefined | null;
  if (options !== undefined && options !== null && !stream) return badRequest("Stream options can only be defined when `stream=True`.");
  if (stream && promptLogprobs !== undefined && settings.dialect === "vllm")
    return badRequest("`prompt_logprobs` are not available when `stream=True`.", "prompt_logprobs");
  // SGLang scores a prompt without generating.
  const scoring = echo || settings.dialect === "sglang";
  if (maxTokens < 1 && !(scoring && maxTokens === 0)) return badRequest(`max_tokens must be at least 1, got ${maxTokens}.`, "max_tokens");
  const context = Number(settings.effective["context-length"]);
  for (const { tokens } of prompts) {
    const refusal = tooLong(settings, tokens, maxTokens, context);
    if (refusal !== undefined) return refusal;
  }
  const stop = typeof body["stop"] === "string" ? [body["stop"]] : Array.isArray(body["stop"]) ? body["stop"].map(String) : [];
  const limits: Limits = {
    maxTokens,
    minTokens: Math.min(maxTokens, integer(body["min_tokens"]) ?? 0),
    ignoreEos: body["ignore_eos"] === true,
    stop: stop.filter((text) => text !== ""),
    leadingSpace: body["messages"] === undefined,
    seed: prompts[0]?.seed ?? 0,
  };
  return {
    prompts,
    limits,
    stream,
    includeUsage: options?.["include_usage"] === true,
    logprobs,
    echo,
    scoring: {
      temperature: typeof body["temperature"] === "number" ? body["temperature"] : 1,
      seed: integer(body["seed"]),
      promptLogprobs,
      scoresFrom,
      namesAreIds: body["return_tokens_as_token_ids"] === true,
    },
  };
}

function tooLong(settings: Settings, tokens: number, maxTokens: number, context: number): Refusal | undefined {
  if (settings.dialect === "sglang") {
    if (tokens >= context) return badRequest(`The input (${tokens} tokens) is longer than the model's context length (${context} tokens).`);
    if (tokens + maxTokens <= context) return undefined;
    return badRequest(
      `Requested token count exceeds the model's maximum context length of ${context} tokens. You requested a total of ${tokens + maxTokens} tokens: ` +
        `${tokens} tokens from the input messages and ${maxTokens} tokens for the completion. Please reduce the number of tokens in the input messages or the completion to fit within the limit.`,
    );
  }
  if (tokens >= context) {
    return badRequest(
      `This model's maximum context length is ${context} tokens. However, your request has ${tokens} input tokens. Please reduce the length of the input messages.`,
      "input_tokens",
    );
  }
  if (tokens + maxTokens <= context) return undefined;
  return badRequest(
    `'max_tokens' or 'max_completion_tokens' is too large: ${maxTokens}. This model's maximum context length is ${context} tokens and your request has ` +
      `${tokens} input tokens (${maxTokens} > ${context} - ${tokens}).`,
    "max_tokens",
  );
}

/** SGLang serves its one model under any name; vLLM insists. */
function checkModel(body: Body, settings: Settings): Refusal | undefined {
  const { model } = body;
  if (settings.dialect === "sglang" || model === undefined || model === settings.servedName) return undefined;
  return {
    status: 404,
    type: "NotFoundError",
    message: `The model \`${JSON.stringify(model).replace(/^"|"$/g, "")}\` does not exist.`,
    param: "model",
  };
}

function missing(field: string, settings: Settings): Refusal {
  const detail = `{'type': 'missing', 'loc': ('body', '${field}'), 'msg': 'Field required'}`;
  return { status: 400, type: "Bad Request", message: settings.dialect === "vllm" ? `[${detail}]` : `1 validation errors:\n  ${detail}\n` };
}

/** A string, strings, token ids, or lists of token ids. */
function promptsOf(value: unknown): Prompt[] | undefined {
  if (typeof value === "string") return [textPrompt(value)];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.every((each) => typeof each === "string")) return value.map(textPrompt);
  if (value.every((each) => Number.isInteger(each))) return [idPrompt(value as number[])];
  if (value.every((each) => Array.isArray(each) && each.length > 0 && each.every(Number.isInteger)))
    return (value as number[][]).map(idPrompt);
  return undefined;
}

function textPrompt(text: string): Prompt {
  const parts = pieces(text);
  return { text, tokens: Math.max(1, parts.length), pieces: parts, seed: hashText(text) };
}

function idPrompt(ids: readonly number[]): Prompt {
  return {
    text: "",
    tokens: ids.length,
    pieces: ids.map((id) => `token_id:${id}`),
    seed: hashNumbers(...ids.slice(0, 64), ids.length),
    ids,
  };
}

function contentOf(message: unknown): string {
  const content = (message as Body | null)?.["content"];
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (part as { readonly text?: string }).text ?? "").join("");
}

function integer(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}
