const PLAIN = /^(?:[\u0020-\u007E\u00B7\u2192\u2212]*[\u0021-\u007E])?$/;
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
/** C0, C1, line and paragraph separators, byte order mark, bidirectional and other invisible controls. */
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Longest string a report carries: a log line is cut at 2,000 already, a reproduce command may be longer. */
export const LONGEST = 4_000;

/** One line of harmless text: no colour codes, no control or invisible characters, no half surrogates, at most `LONGEST` characters. */
export function clean(text: string): string {
  // Nearly every string is plain, and a wide matrix has a million of them.
  if (text.length <= LONGEST && PLAIN.test(text)) return text;
  const line = text.replace(ANSI, "").replace(CONTROLS, " ").replace(LONE_SURROGATE, "\uFFFD").trimEnd();
  return line.length <= LONGEST ? line : `${cut(line, LONGEST - 1)}…`;
}

/** The first `length` UTF-16 units, never half a character. */
export function cut(text: string, length: number): string {
  const head = text.slice(0, Math.max(0, length));
  return /[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head;
}

/** The same value with every string in it cleaned, keys included. */
export function cleaned<T>(value: T): T {
  return walk(value) as T;
}

function walk(value: unknown): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, walk(part)]));
  return value;
}
