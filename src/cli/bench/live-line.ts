import type { Clock, Milliseconds } from "../../model/index.ts";

/** Where the line goes: a terminal rewrites it, a log gets a new one only now and then. */
export interface LiveLine {
  show(text: string): void;
  end(): void;
}

/** Between two lines in a log; a day's bench stays within a page or two. */
const QUIET_MS = 30_000;
const USUAL_WIDTH = 80;

interface Stream {
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

export function liveLine(stream: Stream, clock: Pick<Clock, "now">): LiveLine {
  const live = stream.isTTY === true;
  let lastMs: Milliseconds = clock.now();
  // A terminal that does not know its width says 0.
  const width = (): number => (stream.columns === undefined || stream.columns === 0 ? USUAL_WIDTH : stream.columns);
  return {
    show: (text) => {
      // A line that wraps cannot be rewritten.
      if (live) return void stream.write(`\r\u001B[K${text.slice(0, width() - 1)}`);
      if (clock.now() - lastMs < QUIET_MS) return;
      lastMs = clock.now();
      stream.write(`${text}\n`);
    },
    end: () => {
      if (live) stream.write("\r\u001B[K");
    },
  };
}
