import type { Body } from "./openai-answer.ts";
import type { Script } from "./openai-script.ts";

/** Text of one server-sent event in the script's form. */
export function frame(script: Script, data: string): string {
  const { lineEnd, space, comments } = script;
  const comment = comments ? `: ping${lineEnd}${lineEnd}` : "";
  return `${comment}data:${space ? " " : ""}${data}${lineEnd}${lineEnd}`;
}

/** The events of one answer, each with the number of tokens sent when it is out. */
export function tokenEvents(script: Script, chat: boolean, words: readonly string[], prompt: number): { data: string; tokens: number }[] {
  const events: { data: string; tokens: number }[] = [];
  for (let from = 0; from < words.length; from += script.tokensPerEvent) {
    const text = words.slice(from, from + script.tokensPerEvent).join("");
    const tokens = Math.min(words.length, from + script.tokensPerEvent);
    const usage = script.usage === "continuous" ? { usage: counts(prompt, tokens) } : {};
    const at = events.length < script.reasoningEvents ? { ...script, channel: "reasoning_content" as const } : script;
    events.push({ data: chunk(script, [choice(at, chat, text, null)], usage), tokens });
  }
  return events;
}

export function roleEvent(script: Script): string {
  return chunk(script, [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }], {});
}

/** What follows the last token: finish chunk, usage, `[DONE]`. */
export function closingEvents(script: Script, chat: boolean, words: readonly string[], prompt: number, body: Body): string[] {
  const reason = words.length >= (body.max_tokens ?? 16) ? "length" : "stop";
  const cached = script.cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: script.cachedTokens } };
  const first = script.ttftSaidMs ?? script.ttftMs;
  const times = {
    queue_time_ms: first / 4,
    time_to_first_token_ms: (3 * first) / 4,
    generation_time_ms: script.tpotMs * (words.length - 1),
  };
  const usage = { usage: { ...counts(prompt, words.length), ...cached }, ...(script.tellsTimes ? { metrics: times } : {}) };
  const finish = chunk(
    script,
    [choice(script, chat, "", reason)],
    script.usage === "with-finish" || script.usage === "continuous" ? usage : {},
  );
  return [finish, ...(script.usage === "separate" ? [chunk(script, [], usage)] : []), ...(script.done ? ["[DONE]"] : [])];
}

export function counts(prompt: number, completion: number): Record<string, number> {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function choice(script: Script, chat: boolean, text: string, reason: string | null): Record<string, unknown> {
  if (!chat) return { index: 0, text, logprobs: null, finish_reason: reason };
  const calls = [{ index: 0, function: { arguments: text } }];
  const value = script.channel === "tool_calls" ? calls : text;
  return { index: 0, delta: text === "" ? {} : { [script.channel]: value }, finish_reason: reason };
}

function chunk(script: Script, choices: readonly unknown[], more: Record<string, unknown>): string {
  return JSON.stringify({ id: "cmpl-1", object: "chunk", created: 1, model: script.model, choices, ...more });
}

/** The events of one answer on SGLang's `/generate`: the text so far, with counts in `meta_info`. */
export function generateEvents(words: readonly string[], prompt: number): { data: string; tokens: number }[] {
  return words.map((_, i) => {
    const last = i === words.length - 1;
    const finish_reason = last ? { type: "length", length: words.length } : null;
    const meta_info = { id: "1", finish_reason, prompt_tokens: prompt, completion_tokens: i + 1, cached_tokens: 0 };
    return { data: JSON.stringify({ text: words.slice(0, i + 1).join(""), meta_info }), tokens: i + 1 };
  });
}

/** `/metrics` as vLLM writes it. */
export function metricsText(script: Script, served: readonly { prompt: number; completion: number }[]): string {
  const sum = (name: "prompt" | "completion"): number => served.reduce((total, each) => total + each[name], 0);
  const count = served.length + script.foreign;
  const label = '{engine="0",model_name="fake"}';
  return [
    "# HELP vllm:prompt_tokens_total Number of prefill tokens processed.",
    "# TYPE vllm:prompt_tokens_total counter",
    `vllm:prompt_tokens_total${label} ${sum("prompt")}.0`,
    `vllm:generation_tokens_total${label} ${sum("completion")}.0`,
    `vllm:prefix_cache_queries_total${label} ${sum("prompt")}.0`,
    `vllm:prefix_cache_hits_total${label} ${sum("prompt") * (script.cacheHits ?? 0)}`,
    `vllm:time_to_first_token_seconds_sum${label} ${(count * (script.ttftSaidMs ?? script.ttftMs)) / 1_000}`,
    `vllm:time_to_first_token_seconds_count${label} ${count}.0`,
    `vllm:num_requests_running${label} NaN`,
    "",
  ].join("\n");
}
