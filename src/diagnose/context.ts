/** The last lines of a log, for patterns that look back. A line given as bytes becomes a string only when somebody asks. */
export interface Context {
  readonly count: number;
  remember(line: string): void;
  /** `bytes` must stay unchanged until `settle`. */
  rememberBytes(bytes: Buffer, start: number, end: number): void;
  /** The line so many lines before the next one; empty when it is forgotten. */
  back(lines: number): string;
  /** Makes strings of what is still bytes, so that the bytes may change. */
  settle(): void;
}

/** Remembers `size` lines. */
export function contextOf(size: number): Context {
  const texts: string[] = Array.from({ length: size }, () => "");
  const starts = new Int32Array(size);
  const ends = new Int32Array(size).fill(-1);
  let source: Buffer | undefined;
  let count = 0;

  function textOf(slot: number): string {
    const end = ends[slot] ?? -1;
    if (end !== -1 && source !== undefined) {
      texts[slot] = source.toString("utf8", starts[slot], end);
      ends[slot] = -1;
    }
    return texts[slot] ?? "";
  }

  return {
    get count() {
      return count;
    },
    remember(line) {
      const slot = count % size;
      texts[slot] = line;
      ends[slot] = -1;
      count += 1;
    },
    rememberBytes(bytes, start, end) {
      const slot = count % size;
      source = bytes;
      starts[slot] = start;
      ends[slot] = end;
      count += 1;
    },
    back: (lines) => (lines > size || lines > count ? "" : textOf((count - lines) % size)),
    settle() {
      for (let slot = 0; slot < size; slot += 1) textOf(slot);
      source = undefined;
    },
  };
}
