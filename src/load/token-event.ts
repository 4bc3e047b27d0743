/** What an event of a completion stream carries; several can be set at once. */
export const EVENT = { token: 1, finish: 2, usage: 4, error: 8, done: 16, reasoning: 32 } as const;

const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const CLOSER: Readonly<Record<string, number>> = { '"': 0x22, "[": 0x5d, "{": 0x7d };

/** Keys that say something when a non-empty string, array or object follows them, and what they say. */
const KEYS = [
  ['"text"', '"', EVENT.token],
  ['"content"', '"', EVENT.token],
  // The channel of reasoning models.
  ['"reasoning_content"', '"', EVENT.reasoning],
  ['"reasoning"', '"', EVENT.reasoning],
  // A tool call, or token ids without text; `output_ids` is SGLang's.
  ['"tool_calls"', "[", EVENT.token],
  ['"token_ids"', "[", EVENT.token],
  ['"output_ids"', "[", EVENT.token],
  ['"finish_reason"', '"', EVENT.finish],
  // SGLang's own stream has an object for the reason and counts in `meta_info`; only the last ones matter.
  ['"finish_reason"', "{", EVENT.finish | EVENT.usage],
  ['"usage"', "{", EVENT.usage],
] as const;

interface Key {
  readonly name: Buffer;
  readonly opener: number;
  readonly closer: number;
  readonly says: number;
}

/** Keys by their last letter, which is looked at first. */
const BY_LAST_LETTER: readonly (readonly Key[] | undefined)[] = Array.from({ length: 256 }, (_, letter) => {
  const keys = KEYS.filter(([name]) => name.charCodeAt(name.length - 2) === letter);
  if (keys.length === 0) return undefined;
  return keys.map(([name, opener, says]) => ({
    name: Buffer.from(name),
    opener: opener.charCodeAt(0),
    closer: CLOSER[opener] ?? 0,
    says,
  }));
});

/**
 * Sorts one event of `/v1/completions`, `/v1/chat/completions` or SGLang's `/generate` in one walk over its bytes; nothing is decoded or
 * parsed. A key with its quotes and colon cannot stand inside a JSON string, where quotes are escaped, so the walk cannot be fooled by
 * generated text. A role-only delta, an empty finish chunk and a usage-only chunk carry no token.
 *
 * @returns a sum of `EVENT` flags
 */
export function readEvent(bytes: Buffer, from: number, to: number): number {
  if (bytes[from] !== BRACE)
    return bytes.toString("latin1", from, Math.min(to, from + 7)) === "[DONE]" ? EVENT.done : other(bytes, from, to);
  // An error's message may quote a chunk, so its usual form comes before anything else.
  if (startsAsError(bytes, from, to)) return EVENT.error;
  let flags = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === COLON) flags |= saidBefore(bytes, from, at, to);
  if ((flags & EVENT.token) !== 0) return flags & ~EVENT.reasoning;
  if ((flags & EVENT.reasoning) !== 0) return flags | EVENT.token;
  return isError(bytes.toString("latin1", from, to)) ? EVENT.error : flags;
}

/** What the key before this colon says, with the value after it. */
function saidBefore(bytes: Buffer, from: number, colon: number, to: number): number {
  const value = skipSpace(bytes, colon + 1, to);
  const opener = bytes[value] ?? 0;
  if (opener !== QUOTE && opener !== BRACKET && opener !== BRACE) return 0;
  let end = colon - 1;
  while (end > from && (bytes[end] ?? 0) <= SPACE) end -= 1;
  if (bytes[end] !== QUOTE) return 0;
  const keys = BY_LAST_LETTER[bytes[end - 1] ?? 0];
  if (keys === undefined) return 0;
  let says = 0;
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] as Key;
    if (key.opener === opener && endsWith(bytes, end, key.name) && !isEmpty(bytes, value, to, key.closer)) says |= key.says;
  }
  return says;
}

function isEmpty(bytes: Buffer, opener: number, to: number, closer: number): boolean {
  return bytes[closer === QUOTE ? opener + 1 : skipSpace(bytes, opener + 1, to)] === closer;
}

function endsWith(bytes: Buffer, end: number, name: Buffer): boolean {
  const shift = end - name.length + 1;
  for (let i = name.length - 1; i >= 0; i -= 1) if (bytes[shift + i] !== name[i]) return false;
  return true;
}

/** Not an object: nothing that a server should send, but some say so in plain words. */
function other(bytes: Buffer, from: number, to: number): number {
  return isError(bytes.toString("latin1", from, to)) ? EVENT.error : 0;
}

function startsAsError(bytes: Buffer, from: number, to: number): boolean {
  const at = skipSpace(bytes, from + 1, to);
  return bytes[at + 1] === 0x65 && /^"error"\s*:/.test(bytes.toString("latin1", at, Math.min(to, at + 64)));
}

function isError(text: string): boolean {
  return (text.includes('"error"') && !text.includes('"choices"')) || /"object"\s*:\s*"error"/.test(text);
}

function skipSpace(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) <= SPACE) at += 1;
  return at;
}
