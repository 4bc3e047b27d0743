import type { Clock, Milliseconds } from "../../model/index.ts";

/** Where the line goes: a terminal rewrites it, a log gets a new one only now and then. */
export interface LiveLine {
  show(text: string): void;
  end(): void;
}

/** Between two lines in a log; a day's bench stays within a page or two. */
const QUIET_MS = 30_000;

export function liveLine(stream: { readonly isTTY?: boolean; write(text: string): unknown }, clock: Pick<Clock, "now">): LiveLine {
  const live = stream.isTTY === true;
  let lastMs: Milliseconds = clock.now();
  return {
    show: (text) => {
      if (live) return void stream.write(`\r\u001B[K${text}`);
      if (clock.now() - lastMs < QUIET_MS) return;
      lastMs = clock.now();
      stream.write(`${text}\n`);
    },
    end: () => {
      if (live) stream.write("\r\u001B[K");
    },
  };
}
