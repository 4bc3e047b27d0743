import { lineRing } from "./line-ring.ts";

/** The lines of one server that are kept in memory: its beginning and its end. */
export interface LogBook {
  add(printed: string, cleaned: string): void;
  /** Kept lines in order, colour and engine prefix gone. */
  cleaned(): string[];
  /** The same lines, colour gone. */
  printed(): string[];
  /** The last lines as printed, at most `count`. */
  tail(count: number): string[];
}

/** What engines resolve is printed at start-up, in long lines; what kills them is printed last. */
const HEAD = { lines: 2000, chars: 16_000 };
const TAIL = { lines: 8000, chars: 4000 };
/** The end in all: ordinary lines all fit, a flood of long ones does not. */
const TAIL_BYTES = 4 * 1024 * 1024;
const BREAK = "\n";

export function logBook(): LogBook {
  const head: Line[] = [];
  const ring = lineRing(TAIL.lines, TAIL_BYTES);
  const all = (): Line[] => [...head, ...ring.lines().map(parted)];
  return {
    add(printed, cleaned) {
      if (head.length < HEAD.lines) head.push({ printed: cut(printed, HEAD.chars), cleaned: cut(cleaned, HEAD.chars) });
      else ring.push(joined(printed.slice(0, TAIL.chars), cleaned.slice(0, TAIL.chars)));
    },
    cleaned: () => all().map((line) => line.cleaned),
    printed: () => all().map((line) => line.printed),
    tail: (count) =>
      all()
        .slice(-count)
        .map((line) => line.printed),
  };
}

interface Line {
  readonly printed: string;
  readonly cleaned: string;
}

/** Mostly the cleaned line is the end of the printed one, and then its length is enough. */
function joined(printed: string, cleaned: string): string {
  return printed.endsWith(cleaned) ? `${cleaned.length}${BREAK}${printed}` : `${BREAK}${printed}${BREAK}${cleaned}`;
}

function parted(text: string): Line {
  const [length = "", printed = "", cleaned = ""] = text.split(BREAK);
  return { printed, cleaned: length === "" ? cleaned : printed.slice(printed.length - Number(length)) };
}

/** Through a buffer, because a slice of a string keeps the whole string in memory. */
function cut(text: string, chars: number): string {
  return text.length <= chars ? text : Buffer.from(text.slice(0, chars)).toString();
}
