import type { ErrorCode, LineCounter, YAMLError } from "yaml";
import type { Problem } from "../model/index.ts";

/** What the parser objects to, in words for someone who writes YAML once a month. */
const SAID: Partial<Record<ErrorCode, readonly [message: string, hint: string]>> = {
  TAB_AS_INDENT: ["a tab is used to indent", "YAML is indented with spaces."],
  MISSING_CHAR: ["a closing bracket, quote or comma is missing", "Close every `[`, `{`, `\"` and `'` that was opened before this place."],
  BAD_INDENT: ["this line is not indented as the lines it belongs to", "Give the entries of one list or map the same number of spaces."],
  BAD_ALIAS: ["an alias needs a name", "Write `*name` for the value marked `&name`, or quote a text that begins with `*`."],
  BAD_SCALAR_START: ["a text cannot begin with this character", "Put the text in quotes."],
  MULTILINE_IMPLICIT_KEY: ["a key runs over more than one line", "Is a colon or a closing quote missing?"],
  BLOCK_AS_IMPLICIT_KEY: [
    "a text runs into another `key: value`",
    "Is the next line indented too far? A text with a colon in it goes in quotes.",
  ],
  TAG_RESOLVE_FAILED: ["tags such as `!name` have no meaning here", "Remove the tag."],
  BAD_DQ_ESCAPE: ["an escape that YAML does not know in a text in double quotes", "Write `\\\\` for a backslash, or use single quotes."],
};

export function syntaxProblem(error: YAMLError, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(error.pos[0]);
  // Of a bracket that is never closed the parser says that the lines after it are indented wrongly.
  const code = error.code === "BAD_INDENT" && / end with a /.test(error.message) ? "MISSING_CHAR" : error.code;
  const [message, hint] = SAID[code] ?? [`not valid YAML: ${firstLine(error.message)}`, undefined];
  return { path: "", line: Math.max(1, line), column: Math.max(1, col), message, ...(hint === undefined ? {} : { hint }) };
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/[.:]$/, "").slice(0, 200);
}
