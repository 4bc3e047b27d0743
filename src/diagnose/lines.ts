/** A line longer than this is cut into several, so that a binary file cannot fill the memory. */
const LONGEST = 1 << 20;
const NEWLINE = 10;

/** Cuts chunks of text into lines, wherever the chunks were cut. */
export function* splitLines(chunks: Iterable<string>): Generator<string, void, undefined> {
  let rest = "";
  for (const chunk of chunks) {
    const text = rest === "" ? chunk : rest + chunk;
    let start = 0;
    for (let end = text.indexOf("\n", start); end !== -1; end = text.indexOf("\n", start)) {
      yield text.charCodeAt(end - 1) === 13 ? text.slice(start, end - 1) : text.slice(start, end);
      start = end + 1;
    }
    rest = start === 0 ? text : text.slice(start);
    for (; rest.length > LONGEST; rest = rest.slice(LONGEST)) yield rest.slice(0, LONGEST);
  }
  if (rest !== "") yield rest;
}

/** Joins chunks of bytes so that every piece handed on holds whole lines. */
export interface WholeLines {
  push(chunk: Uint8Array): void;
  /** Hands on a last line that has no newline. */
  end(): void;
}

/** `take` gets pieces that end with a newline; each is valid only during the call. */
export function wholeLines(take: (lines: Buffer) => void): WholeLines {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const first = bytes.indexOf(NEWLINE);
      if (first === -1) {
        rest = Buffer.concat([rest, bytes]);
        if (rest.length <= LONGEST) return;
        take(Buffer.concat([rest, Buffer.from("\n")]));
        rest = Buffer.alloc(0);
        return;
      }
      if (rest.length > 0) take(Buffer.concat([rest, bytes.subarray(0, first + 1)]));
      const last = bytes.lastIndexOf(NEWLINE);
      const from = rest.length > 0 ? first + 1 : 0;
      if (last + 1 > from) take(bytes.subarray(from, last + 1));
      rest = Buffer.from(bytes.subarray(last + 1));
    },
    end() {
      if (rest.length > 0) take(Buffer.concat([rest, Buffer.from("\n")]));
      rest = Buffer.alloc(0);
    },
  };
}
