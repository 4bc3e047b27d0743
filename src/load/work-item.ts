import type { Milliseconds, Problem } from "../model/index.ts";
import { parseJson } from "./parse-json.ts";

/** One request of a workload file. */
export interface WorkItem {
  /** Text or token ids. */
  readonly prompt?: string | readonly number[];
  /** Chat messages, sent as they are. */
  readonly messages?: readonly unknown[];
  /** Prompt length; a random prompt of it is made where there is no text. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Intended time from the start of the trace. */
  readonly atMs?: Milliseconds;
  /** Ids of blocks of the prompt; prompts that begin with the same ids begin with the same tokens. */
  readonly blocks?: readonly number[];
}

/** A guess that holds for English and large vocabularies; ShareGPT gives texts, not token counts. */
const WORDS_PER_TOKEN = 0.75;

/**
 * Requests of a workload file: JSONL with one request a line (`prompt` text or ids, or `messages`, or `input_length`; with
 * `output_tokens`, `output_length` or `max_tokens`, and `timestamp` in ms, as Mooncake traces have them), or a ShareGPT document (a list of
 * `conversations`; the first human turn is the prompt, the length of the answer that follows is estimated from its words).
 * `path` is the name that Problems carry.
 */
export function parseWorkload(text: string, path: string): { readonly items: readonly WorkItem[]; readonly problems: readonly Problem[] } {
  const document = text.trimStart().startsWith("[") ? parseJson(text) : undefined;
  const rows = Array.isArray(document) ? (document as unknown[]) : text.split("\n").filter((line) => line.trim() !== "");
  const items: WorkItem[] = [];
  const problems: Problem[] = [];
  for (const [i, row] of rows.entries()) {
    const value = typeof row === "string" ? parseJson(row) : row;
    const item = isRecord(value) ? readItem(value) : undefined;
    if (item !== undefined) items.push(item);
    // ShareGPT holds conversations that begin with the model or have one turn; everybody skips them.
    else if (!(isRecord(value) && Array.isArray(value["conversations"])))
      problems.push({
        path: `${path}:${i + 1}`,
        message: "no request can be read from this line",
        hint: 'Write `{"prompt": "…", "output_tokens": 128}`, `{"messages": […]}` or `{"input_length": 1024, "output_length": 128}`.',
      });
  }
  const broken = items.findIndex(({ atMs }, i) => atMs !== undefined && atMs < (items[i - 1]?.atMs ?? 0));
  if (broken >= 0)
    problems.push({
      path: `${path}:${broken + 1}`,
      message: "the timestamp is before the one of the line above",
      hint: "Sort the file by timestamp.",
    });
  if (items.length === 0 && problems.length === 0)
    problems.push({ path, message: "the file holds no request", hint: "One JSON object a line." });
  return { items, problems };
}

function readItem(row: Readonly<Record<string, unknown>>): WorkItem | undefined {
  if (Array.isArray(row["conversations"])) return conversation(row["conversations"]);
  const prompt = row["prompt"] ?? row["input_ids"] ?? row["prompt_token_ids"] ?? row["text_input"];
  const { messages } = row;
  const inputTokens = whole(row["input_length"] ?? row["input_tokens"] ?? row["prompt_len"]);
  const outputTokens = whole(row["output_length"] ?? row["output_tokens"] ?? row["max_tokens"] ?? row["output_len"]);
  const blocks = row["hash_ids"];
  const atMs = row["timestamp"];
  const item = {
    ...(isPrompt(prompt) ? { prompt } : {}),
    ...(Array.isArray(messages) ? { messages: messages as unknown[] } : {}),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(typeof atMs === "number" && atMs >= 0 ? { atMs } : {}),
    ...(Array.isArray(blocks) && blocks.every((id) => typeof id === "number") ? { blocks } : {}),
  };
  return item.prompt === undefined && item.messages === undefined && item.inputTokens === undefined ? undefined : item;
}

function conversation(turns: readonly unknown[]): WorkItem | undefined {
  const [ask, reply] = turns as readonly { from?: unknown; value?: unknown }[];
  if (!["human", "user"].includes(String(ask?.from)) || typeof ask?.value !== "string" || typeof reply?.value !== "string")
    return undefined;
  const outputTokens = Math.max(1, Math.round(reply.value.split(/\s+/).length / WORDS_PER_TOKEN));
  return { prompt: ask.value, outputTokens };
}

function isPrompt(value: unknown): value is string | number[] {
  return typeof value === "string" || (Array.isArray(value) && value.length > 0 && value.every((id) => Number.isInteger(id)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
}
