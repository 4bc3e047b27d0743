/** The last texts of many. */
export interface LineRing {
  push(text: string): void;
  /** Those that are kept, oldest first. */
  lines(): string[];
}

/**
 * Keeps the last texts, at most so many and so many bytes in all, in one buffer that is written round and round: as strings each would
 * outlive the collections that are cheap, and a server that prints a gigabyte would make us as large.
 */
export function lineRing(count: number, bytes: number): LineRing {
  const store = Buffer.alloc(bytes);
  /** Where each text begins and ends, counted on without wrapping. */
  const from = new Float64Array(count);
  const to = new Float64Array(count);
  let first = 0;
  let next = 0;
  let end = 0;
  return {
    push(text) {
      const length = Math.min(Buffer.byteLength(text), bytes);
      // A text is never split over the end of the store.
      const start = (end % bytes) + length <= bytes ? end : Math.ceil(end / bytes) * bytes;
      end = start + length;
      while (first < next && (next - first >= count || (from[first % count] ?? 0) < end - bytes)) first += 1;
      store.write(text, start % bytes, length, "utf8");
      from[next % count] = start;
      to[next % count] = end;
      next += 1;
    },
    lines: () =>
      Array.from({ length: next - first }, (_, index) => {
        const at = (first + index) % count;
        const start = (from[at] ?? 0) % bytes;
        return store.toString("utf8", start, start + (to[at] ?? 0) - (from[at] ?? 0));
      }),
  };
}
