/** What an event of a completion stream carries; several can be set at once. */
export const EVENT = { token: 1, finish: 2, usage: 4, error: 8, done: 16, reasoning: 32 } as const;

/** Keys whose non-empty string is generated text, in completions and in chat. */
const TEXT_KEYS = ['"text"', '"content"'] as const;
/** The same for the channel of reasoning models. */
const REASONING_KEYS = ['"reasoning_content"', '"reasoning"'] as const;
/** Keys whose non-empty array is generated: a tool call, or token ids without text (`output_ids` is SGLang's). */
const LIST_KEYS = ['"tool_calls"', '"token_ids"', '"output_ids"'] as const;

/**
 * Sorts one event of `/v1/completions`, `/v1/chat/completions` or SGLang's `/generate` by scanning for keys; nothing is parsed. A key with its quotes and
 * colon cannot stand inside a JSON string, where quotes are escaped, so the scan cannot be fooled by generated text. A role-only
 * delta, an empty finish chunk and a usage-only chunk carry no token.
 *
 * @returns a sum of `EVENT` flags
 */
export function readEvent(bytes: Buffer, from: number, to: number): number {
  const text = bytes.toString("latin1", from, to);
  if (text === "[DONE]") return EVENT.done;
  if (startsAsError(text)) return EVENT.error;
  let flags = 0;
  if (TEXT_KEYS.some((key) => holds(text, key, '"')) || LIST_KEYS.some((key) => holds(text, key, "["))) flags |= EVENT.token;
  else if (REASONING_KEYS.some((key) => holds(text, key, '"'))) flags |= EVENT.token | EVENT.reasoning;
  else if (isError(text)) return EVENT.error;
  if (holds(text, '"finish_reason"', '"')) flags |= EVENT.finish;
  if (holds(text, '"usage"', "{")) flags |= EVENT.usage;
  // SGLang's own stream has an object for the reason and counts in `meta_info`; only the last ones matter.
  if (holds(text, '"finish_reason"', "{")) flags |= EVENT.finish | EVENT.usage;
  return flags;
}

/** True when some `key` is followed by a non-empty string, array or object that opens with `opener`. */
function holds(text: string, key: string, opener: '"' | "[" | "{"): boolean {
  const closer = opener === '"' ? '"' : opener === "[" ? "]" : "}";
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + key.length)) {
    const colon = skipSpace(text, at + key.length);
    if (text[colon] !== ":") continue;
    const value = skipSpace(text, colon + 1);
    if (text[value] !== opener) continue;
    const inside = opener === '"' ? value + 1 : skipSpace(text, value + 1);
    if (text[inside] !== closer) return true;
  }
  return false;
}

/** The usual form, checked before anything else because an error's message may quote a chunk. */
function startsAsError(text: string): boolean {
  return text.startsWith('{"error"') || /^\{\s+"error"\s*:/.test(text);
}

function isError(text: string): boolean {
  return (text.includes('"error"') && !text.includes('"choices"')) || /"object"\s*:\s*"error"/.test(text);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 32) at += 1;
  return at;
}
