const NEWLINE = 10;
const RETURN = 13;

/** Bytes of one line that are kept; what follows up to its end is dropped. */
export const LINE_CAP = 64 * 1024;

/**
 * Cuts bytes into lines at `\n` and at `\r` (progress bars), and gives each non-empty one to `onLine`. Bytes that are not UTF-8
 * become U+FFFD. Memory is bounded by `cap`, however long a line is.
 */
export function lineCutter(onLine: (line: string) => void, cap: number = LINE_CAP): { push(chunk: Buffer): void; end(): void } {
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (piece: Buffer): void => {
    const room = cap - length;
    if (room <= 0 || piece.length === 0) return;
    // A copy: keeping a slice would keep the whole chunk it was cut from.
    parts.push(Buffer.from(piece.subarray(0, room)));
    length += Math.min(piece.length, room);
  };
  const give = (): void => {
    if (length > 0) onLine(Buffer.concat(parts).toString("utf8"));
    parts = [];
    length = 0;
  };
  return {
    push(chunk) {
      let from = 0;
      let newline = chunk.indexOf(NEWLINE);
      let carriage = chunk.indexOf(RETURN);
      while (newline >= 0 || carriage >= 0) {
        const atReturn = newline < 0 || (carriage >= 0 && carriage < newline);
        const end = atReturn ? carriage : newline;
        // Most lines lie whole in one chunk and need not be copied.
        if (length === 0 && end - from <= cap) {
          if (end > from) onLine(chunk.toString("utf8", from, end));
        } else {
          keep(chunk.subarray(from, end));
          give();
        }
        from = end + 1;
        if (atReturn) carriage = chunk.indexOf(RETURN, from);
        else newline = chunk.indexOf(NEWLINE, from);
      }
      keep(chunk.subarray(from));
    },
    end: give,
  };
}
