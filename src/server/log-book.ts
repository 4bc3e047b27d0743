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

export function logBook(): LogBook {
  const head: Line[] = [];
  // A ring, so that a flood costs nothing but the writing.
  const ring: Line[] = [];
  let next = 0;
  const all = (): Line[] => [...head, ...ring.slice(next), ...ring.slice(0, next)];
  return {
    add(printed, cleaned) {
      if (head.length < HEAD.lines) {
        head.push({ printed: cut(printed, HEAD.chars), cleaned: cut(cleaned, HEAD.chars) });
        return;
      }
      ring[next] = { printed: cut(printed, TAIL.chars), cleaned: cut(cleaned, TAIL.chars) };
      next = (next + 1) % TAIL.lines;
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

/** Through a buffer, because a slice of a string keeps the whole string in memory. */
function cut(text: string, chars: number): string {
  return text.length <= chars ? text : Buffer.from(text.slice(0, chars)).toString();
}
