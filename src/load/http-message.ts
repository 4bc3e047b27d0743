/** What a response is handed to. Byte ranges are only valid during the call. */
export interface ResponseSink {
  head(status: number, headers: ReadonlyMap<string, string>): void;
  /** Body bytes, framing removed. False stops reading: the sink has seen enough. */
  body(bytes: Buffer, from: number, to: number): boolean;
}

const LF = 10;
const CR = 13;
const HEAD_END = "\r\n\r\n";
const HEAD_LIMIT = 64 * 1024;
/** 2^40 bytes; a chunk size beyond it is nonsense rather than a body. */
const SIZE_LIMIT = 2 ** 40;

type Step = "head" | "fixed" | "chunk-size" | "chunk-data" | "chunk-end" | "trailer" | "until-close" | "done";
export type Parsed = "more" | "done" | "garbled" | "enough";

/** Reads one HTTP/1.1 response (RFC 9112) from bytes cut anywhere: content-length, chunked, or until the peer closes. */
export class ResponseParser {
  readonly #sink: ResponseSink;
  #step: Step = "head";
  #head = "";
  #seam = "";
  #remaining = 0;
  #digits = 0;
  #inExtension = false;
  #lineLength = 0;
  /** The peer will close, or framing ended in a way that leaves the connection unusable. */
  closing = false;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  get gotHead(): boolean {
    return this.#step !== "head";
  }

  push(bytes: Buffer): Parsed {
    let at = 0;
    if (this.#step === "head") {
      at = this.#readHead(bytes);
      if (at < 0) return at === -1 ? "more" : "garbled";
    }
    while (at < bytes.length && this.#step !== "done") {
      if (this.#step === "until-close") {
        if (!this.#sink.body(bytes, at, bytes.length)) return "enough";
        at = bytes.length;
      } else if (this.#step === "fixed" || this.#step === "chunk-data") {
        const end = Math.min(bytes.length, at + this.#remaining);
        if (!this.#sink.body(bytes, at, end)) return "enough";
        this.#remaining -= end - at;
        at = end;
        if (this.#remaining === 0) this.#step = this.#step === "fixed" ? "done" : "chunk-end";
      } else {
        if (!this.#framing(bytes[at] ?? 0)) return "garbled";
        at += 1;
      }
    }
    if (this.#step !== "done") return "more";
    // Bytes after the message belong to nothing that was asked.
    if (at < bytes.length) this.closing = true;
    return "done";
  }

  /** The peer closed: whole only if the message has no other end. */
  end(): "done" | "truncated" {
    return this.#step === "until-close" || this.#step === "done" ? "done" : "truncated";
  }

  /** Returns where the body starts, -1 for more, -2 for a head that is not HTTP. */
  #readHead(bytes: Buffer): number {
    const piece = bytes.toString("latin1", 0, Math.min(bytes.length, HEAD_LIMIT + 4));
    // Only the seam is searched, so that a head that comes byte by byte costs no more than one that comes whole.
    const seam = this.#seam + piece;
    this.#head += piece;
    this.#seam = seam.slice(-3);
    if (!seam.includes(HEAD_END)) return this.#head.length > HEAD_LIMIT || !this.#couldBeHttp(piece) ? -2 : -1;
    let used = this.#head.indexOf(HEAD_END) + HEAD_END.length;
    while (/^HTTP\/1\.[01] 1\d\d/.test(this.#head)) {
      // 100 Continue and 103 Early Hints announce another head.
      this.#head = this.#head.slice(used);
      const next = this.#head.indexOf(HEAD_END);
      if (next < 0) return -1;
      used = next + HEAD_END.length;
    }
    const consumed = piece.length - (this.#head.length - used);
    const [statusLine = "", ...lines] = this.#head.slice(0, used - HEAD_END.length).split("\r\n");
    const status = /^HTTP\/1\.([01]) (\d{3})/.exec(statusLine);
    if (status === null) return -2;
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.#begin(Number(status[2]), status[1] === "0", headers);
    this.#head = "";
    return consumed;
  }

  #couldBeHttp(piece: string): boolean {
    return this.#head.length - piece.length >= 7 || "HTTP/1.".startsWith(this.#head.slice(0, 7));
  }

  #begin(status: number, oldProtocol: boolean, headers: ReadonlyMap<string, string>): void {
    const connection = headers.get("connection")?.toLowerCase() ?? "";
    this.closing = connection.includes("close") || (oldProtocol && !connection.includes("keep-alive"));
    const length = headers.get("content-length");
    if (status === 204 || status === 304) this.#step = "done";
    else if (headers.get("transfer-encoding")?.toLowerCase().includes("chunked")) this.#step = "chunk-size";
    else if (length !== undefined && /^\d+$/.test(length)) {
      this.#remaining = Number(length);
      this.#step = this.#remaining === 0 ? "done" : "fixed";
    } else {
      this.closing = true;
      this.#step = "until-close";
    }
    this.#sink.head(status, headers);
  }

  /** One byte between chunks; false when it cannot be there. */
  #framing(byte: number): boolean {
    if (this.#step === "chunk-size") return this.#chunkSize(byte);
    if (this.#step === "chunk-end") {
      if (byte === LF) this.#step = "chunk-size";
      return byte === LF || byte === CR;
    }
    if (byte === LF && this.#lineLength === 0) this.#step = "done";
    if (byte === LF) this.#lineLength = 0;
    else if (byte !== CR) this.#lineLength += 1;
    return this.#lineLength <= HEAD_LIMIT;
  }

  #chunkSize(byte: number): boolean {
    if (byte === LF) {
      if (this.#digits === 0) return false;
      this.#step = this.#remaining === 0 ? "trailer" : "chunk-data";
      this.#digits = 0;
      this.#inExtension = false;
      return true;
    }
    if (this.#inExtension || byte === CR) return true;
    const digit = hexDigit(byte);
    if (digit < 0) {
      this.#inExtension = byte === 0x3b || byte === 0x20 || byte === 0x09;
      return this.#inExtension;
    }
    if (this.#digits === 0) this.#remaining = 0;
    this.#digits += 1;
    this.#remaining = this.#remaining * 16 + digit;
    return this.#remaining <= SIZE_LIMIT;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
