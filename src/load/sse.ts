/** One server-sent event. The bytes are only valid during the call. Returns false to stop. */
export type OnEvent = (bytes: Buffer, from: number, to: number, name: string) => boolean;

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const NONE = Number.POSITIVE_INFINITY;

/**
 * Cuts a byte stream into server-sent events (WHATWG HTML §9.2) without decoding it: LF, CR and CRLF line ends, comments,
 * `data:` with and without space, several data lines joined by LF. An event inside one read costs no copy. Where bytes are
 * split does not change the events.
 */
export class SseScanner {
  readonly #onEvent: OnEvent;
  readonly #limit: number;
  /** Bytes of a line whose end has not arrived. */
  #carry: Buffer = Buffer.alloc(0);
  #carried = 0;
  /** Data of the event being read; a view of the current read or an own copy. */
  #data: Buffer | undefined;
  #from = 0;
  #to = 0;
  #name = "";
  #skipLf = false;
  #first = true;
  /** A line or event was longer than the limit; nothing after it is read. */
  overlong = false;

  constructor(onEvent: OnEvent, limitBytes: number) {
    this.#onEvent = onEvent;
    this.#limit = limitBytes;
  }

  /** Reads `bytes[from, to)`. False when the consumer stopped or a line grew over the limit. */
  push(bytes: Buffer, from: number, to: number): boolean {
    let at = from;
    let nextLf = -1;
    let nextCr = -1;
    while (at < to) {
      if (this.#skipLf) {
        this.#skipLf = false;
        if (bytes[at] === LF) {
          at += 1;
          continue;
        }
      }
      if (nextLf < at) nextLf = find(bytes, LF, at);
      if (nextCr < at) nextCr = find(bytes, CR, at);
      const end = Math.min(nextLf, nextCr);
      if (end >= to) break;
      if (!this.#line(bytes, at, end)) return false;
      at = end + 1;
      this.#skipLf = end === nextCr;
    }
    if (at < to && !this.#keep(bytes, at, to)) return false;
    if (this.#data === bytes) this.#own();
    return true;
  }

  /** The stream is over; an event that was not closed by a blank line still counts, as servers leave it out. */
  end(): void {
    if (this.overlong) return;
    if (this.#carried > 0 && !this.#line(this.#carry, 0, 0)) return;
    this.#dispatch();
  }

  #line(bytes: Buffer, from: number, to: number): boolean {
    if (this.#carried === 0) return this.#field(bytes, from, to);
    if (!this.#keep(bytes, from, to)) return false;
    const length = this.#carried;
    this.#carried = 0;
    const line = this.#carry;
    const goOn = this.#field(line, 0, length);
    // The carried bytes now belong to the event; the next split line gets its own.
    if (this.#data === line) this.#carry = Buffer.alloc(0);
    return goOn;
  }

  #field(bytes: Buffer, start: number, to: number): boolean {
    let from = start;
    if (this.#first) {
      this.#first = false;
      if (bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) from += 3;
    }
    if (from === to) return this.#dispatch();
    if (isData(bytes, from, to)) {
      let value = Math.min(from + 5, to);
      if (value < to && bytes[value] === SPACE) value += 1;
      return this.#append(bytes, value, to);
    }
    if (bytes[from] === 0x65) {
      const line = bytes.toString("latin1", from, Math.min(to, from + 64));
      if (line.startsWith("event:")) this.#name = line.slice(6).trim();
    }
    return true;
  }

  #append(bytes: Buffer, from: number, to: number): boolean {
    if (this.#data === undefined) {
      this.#data = bytes;
      this.#from = from;
      this.#to = to;
      return this.#within(to - from);
    }
    const joined = [this.#data.subarray(this.#from, this.#to), Buffer.of(LF), bytes.subarray(from, to)];
    if (!this.#within(this.#to - this.#from + 1 + to - from)) return false;
    this.#data = Buffer.concat(joined);
    this.#from = 0;
    this.#to = this.#data.length;
    return true;
  }

  #dispatch(): boolean {
    const bytes = this.#data;
    const name = this.#name;
    this.#data = undefined;
    this.#name = "";
    return bytes === undefined || this.#onEvent(bytes, this.#from, this.#to, name);
  }

  #keep(bytes: Buffer, from: number, to: number): boolean {
    const length = this.#carried + to - from;
    if (!this.#within(length)) return false;
    if (length > this.#carry.length) {
      const grown = Buffer.allocUnsafe(Math.max(512, length * 2));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    bytes.copy(this.#carry, this.#carried, from, to);
    this.#carried = length;
    return true;
  }

  #own(): void {
    this.#data = Buffer.from(this.#data?.subarray(this.#from, this.#to) ?? []);
    this.#from = 0;
    this.#to = this.#data.length;
  }

  #within(length: number): boolean {
    this.overlong ||= length > this.#limit;
    return !this.overlong;
  }
}

function find(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? NONE : at;
}

function isData(bytes: Buffer, from: number, to: number): boolean {
  if (bytes[from] !== 0x64 || bytes[from + 1] !== 0x61 || bytes[from + 2] !== 0x74 || bytes[from + 3] !== 0x61) return false;
  return to - from === 4 || (to - from > 4 && bytes[from + 4] === COLON);
}
