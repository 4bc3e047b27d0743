/** East Asian wide characters and emoji take two columns. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}(?<=[\u{1F000}-\u{1FFFF}])|[\u{20000}-\u{3FFFD}]/u;
const NONE = /\p{Mn}|\p{Me}|\p{Variation_Selector}|\u200B|\u200C|\u200D/u;

/** Columns that a text without escape codes takes in a terminal. */
export function columns(text: string): number {
  let total = 0;
  for (const char of text) total += NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return total;
}

/** At most `width` columns, the end replaced by `…` where something was cut. */
export function fit(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let taken = "";
  let used = 0;
  for (const char of text) {
    const wide = columns(char);
    if (used + wide > width - 1) break;
    taken += char;
    used += wide;
  }
  return width < 1 ? "" : `${taken}…`;
}

export function pad(text: string, width: number, side: "left" | "right" = "right"): string {
  const space = " ".repeat(Math.max(0, width - columns(text)));
  return side === "left" ? `${space}${text}` : `${text}${space}`;
}

/** Lines of at most `width` columns, broken at spaces, and inside a word only when the word alone is too long. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columns(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = split(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

function split(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const char of word) {
    if (columns(piece) + columns(char) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += char;
  }
  return [...pieces, piece];
}
