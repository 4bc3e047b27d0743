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
    events.push({ data: chunk(script, [choice(script, chat, text, null)], usage), tokens });
  }
  return events;
}

export function roleEvent(script: Script): string {
  return chunk(script, [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }], {});
}

/** What follows the last token: finish chunk, usage, `[DONE]`. */
export function closingEvents(script: Script, chat: boolean, words: readonly string[], prompt: number, body: Body): string[] {
  const reason = words.length >= (body.max_tokens ?? 16) ? "length" : "stop";
  const usage = { usage: counts(prompt, words.length) };
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
