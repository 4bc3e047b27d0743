import { describe, expect, it } from "vitest";
import { EVENT, readEvent } from "../../src/load/token-event.ts";

const { token, finish, usage, error, done, reasoning } = EVENT;
const delta = (value: unknown, reason: string | null = null): unknown => ({ choices: [{ index: 0, delta: value, finish_reason: reason }] });
const text = (value: string, reason: string | null = null): unknown => ({
  choices: [{ text: value, logprobs: null, finish_reason: reason }],
});

function read(event: unknown, spaces?: number): number {
  const bytes = Buffer.from(`xx${typeof event === "string" ? event : JSON.stringify(event, undefined, spaces)}"content":"after"`);
  return readEvent(bytes, 2, bytes.length - '"content":"after"'.length);
}

describe("sorting an event", () => {
  it.each([
    ["completion text", text(" a"), token],
    ["chat content", delta({ content: "a" }), token],
    ["a space", delta({ content: " " }), token],
    ["reasoning_content", delta({ content: null, reasoning_content: "hm" }), token + reasoning],
    ["reasoning", delta({ reasoning: "hm" }), token + reasoning],
    ["a tool call", delta({ tool_calls: [{ index: 0, function: { arguments: "{" } }] }), token],
    ["token ids without text", { choices: [{ text: "", token_ids: [17] }] }, token],
    ["text with a finish reason", text(" a", "length"), token + finish],
    ["continuous usage", { ...(text(" a") as object), usage: { completion_tokens: 1 } }, token + usage],
    ["a role-only delta", delta({ role: "assistant", content: "" }), 0],
    ["a role-only delta with null", delta({ role: "assistant", content: null, tool_calls: [] }), 0],
    ["an empty finish chunk", delta({}, "stop"), finish],
    ["a usage-only chunk", { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }, usage],
    ["finish and usage together", { ...(text("", "stop") as object), usage: { completion_tokens: 2 } }, finish + usage],
    ["usage that is null", { ...(text(" a") as object), usage: null }, token],
    [
      "logprobs whose key is content",
      { choices: [{ delta: { content: "" }, logprobs: { content: [{ token: "a" }] }, finish_reason: null }] },
      0,
    ],
    ["generated text that quotes JSON", delta({ role: "assistant", content: "", note: '"content":"x","usage":{"a":1}' }), 0],
    ["an error object", { error: { message: 'bad "text":"x"', code: 500 } }, error],
    ["an error in which quotes are not escaped", '{"error": "engine said "died""}', error],
    ["an error of older servers", { object: "error", message: "x", code: 500 }, error],
    ["SGLang's own stream", { text: " a b", meta_info: { finish_reason: null, completion_tokens: 2 } }, token],
    ["SGLang's ids without text", { output_ids: [17], meta_info: { finish_reason: null } }, token],
    [
      "SGLang's last event",
      { text: " a b", meta_info: { finish_reason: { type: "length", length: 2 }, prompt_tokens: 4, completion_tokens: 2 } },
      token + finish + usage,
    ],
    ["the end mark", "[DONE]", done],
    ["nothing", "", 0],
  ])("knows %s", (_, event, flags) => {
    expect(read(event)).toBe(flags);
    expect(read(event, 2)).toBe(flags);
  });
});
