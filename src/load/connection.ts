import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock, Milliseconds, RequestError } from "../model/index.ts";
import { ResponseParser, type ResponseSink } from "./http-message.ts";

/** Where requests go, worked out once. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Path before `/v1/…`, without a trailing slash. */
  readonly prefix: string;
  /** Value of the Host header. */
  readonly authority: string;
}

/** A sink that is told when the bytes it is about to get were read. */
export interface TimedSink extends ResponseSink {
  arrived(at: Milliseconds): void;
}

/** How an exchange ended. */
export type Ending =
  | { readonly kind: "complete" }
  /** The sink had seen enough. */
  | { readonly kind: "enough" }
  /** Closed from the other side. `unread`: before a byte of an answer, on a connection that had carried an answer before. */
  | { readonly kind: "lost"; readonly gotHead: boolean; readonly unread: boolean; readonly code: string }
  | { readonly kind: "garbled" }
  | { readonly kind: "stopped"; readonly why: "timeout" | "cancelled" };

/** A connection that could not be opened. */
export interface NoConnection {
  readonly error: RequestError;
  readonly detail: string;
}

export const READ_BYTES = 64 * 1024;

/** `http://host:port/prefix` → where to connect. Throws a TypeError for anything but an http or https URL. */
export function target(url: string): Target {
  const { protocol, hostname, port, pathname, host } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") throw new TypeError(`not an http URL: ${url}`);
  const secure = protocol === "https:";
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    secure,
    prefix: pathname.replace(/\/+$/, ""),
    authority: host,
  };
}

export interface Opening {
  readonly clock: Clock;
  readonly timeoutMs: Milliseconds;
  readonly signal: AbortSignal;
  /** Where reads land. Connections of one loop may share it, because a read is consumed before the next one begins. */
  readonly buffer: Buffer;
}

/** Opens a connection. Never rejects: what went wrong is the answer. */
export function openConnection(to: Target, { clock, timeoutMs, signal, buffer }: Opening): Promise<Connection | NoConnection> {
  return new Promise((resolve) => {
    let connection: Connection | undefined;
    const onRead = (bytes: Buffer): void => connection?.read(bytes);
    const socket = to.secure ? secureSocket(to, onRead) : plainSocket(to, buffer, onRead);
    const settle = (answer: Connection | NoConnection): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      if (!(answer instanceof Connection)) socket.destroy();
      resolve(answer);
    };
    const onAbort = (): void => settle({ error: "cancelled", detail: "cancelled while connecting" });
    const timer = setTimeout(() => settle({ error: "timeout", detail: `no connection within ${timeoutMs} ms` }), timeoutMs);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    socket.setNoDelay(true);
    socket.once("error", (error: NodeJS.ErrnoException) => settle({ error: connectError(error), detail: errorText(error) }));
    socket.once(to.secure ? "secureConnect" : "connect", () => {
      connection = new Connection(socket, clock);
      settle(connection);
    });
  });
}

/** One keep-alive connection; carries one request at a time. */
export class Connection {
  readonly #socket: Socket;
  readonly #clock: Clock;
  #parser: ResponseParser | undefined;
  #sink: TimedSink | undefined;
  #settle: ((ending: Ending) => void) | undefined;
  #errorCode = "";
  /** Clock time of the last send or read. */
  lastActiveMs: Milliseconds;
  sentMs: Milliseconds = 0;
  requests = 0;

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.lastActiveMs = clock.now();
    socket.on("error", (error: NodeJS.ErrnoException) => (this.#errorCode = error.code ?? error.message));
    socket.on("end", () => this.#closed());
    socket.on("close", () => this.#closed());
  }

  /** Open and with nothing in flight. */
  get usable(): boolean {
    return this.#settle === undefined && !this.#socket.destroyed && !this.#socket.readableEnded && this.#socket.writable;
  }

  /** Sends one request and resolves when its response has ended, in whatever way. `sentMs` is set just before the write. */
  send(request: Buffer, sink: TimedSink): Promise<Ending> {
    return new Promise((resolve) => {
      this.#sink = sink;
      this.#parser = new ResponseParser(sink);
      this.#settle = resolve;
      this.requests += 1;
      this.sentMs = this.#clock.now();
      this.lastActiveMs = this.sentMs;
      this.#socket.write(request);
    });
  }

  /** Called from the socket's read; the time is taken before anything looks at the bytes. */
  read(bytes: Buffer): void {
    const at = this.#clock.now();
    this.lastActiveMs = at;
    const parser = this.#parser;
    if (parser === undefined) return this.close();
    this.#sink?.arrived(at);
    const state = parser.push(bytes);
    switch (state) {
      case "more":
        return;
      case "done":
        if (parser.closing) this.close();
        return this.#finish({ kind: "complete" });
      case "enough":
      case "garbled":
        this.close();
        return this.#finish({ kind: state });
      default:
        return state satisfies never;
    }
  }

  /** Gives up on the request in flight. */
  stop(why: "timeout" | "cancelled"): void {
    this.close();
    this.#finish({ kind: "stopped", why });
  }

  close(): void {
    this.#socket.destroy();
  }

  #closed(): void {
    const parser = this.#parser;
    if (parser === undefined) return this.close();
    const whole = this.#errorCode === "" && parser.end() === "done" && parser.gotHead;
    this.close();
    // A send and every read move the time of the last activity.
    const unread = this.requests > 1 && this.lastActiveMs === this.sentMs;
    this.#finish(whole ? { kind: "complete" } : { kind: "lost", gotHead: parser.gotHead, unread, code: this.#errorCode });
  }

  #finish(ending: Ending): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#parser = undefined;
    this.#sink = undefined;
    settle?.(ending);
  }
}

/** `onread` hands over a reused buffer and skips the stream machinery; the bytes must not outlive the call. */
function plainSocket(to: Target, buffer: Buffer, onRead: (bytes: Buffer) => void): Socket {
  return connectPlain({
    host: to.host,
    port: to.port,
    onread: {
      buffer,
      callback: (length) => {
        onRead(buffer.subarray(0, length));
        return true;
      },
    },
  });
}

function secureSocket(to: Target, onRead: (bytes: Buffer) => void): Socket {
  const socket = connectTls({ host: to.host, port: to.port, servername: to.host });
  socket.on("data", onRead);
  return socket;
}

function connectError(error: NodeJS.ErrnoException): RequestError {
  if (error.syscall === "getaddrinfo" || error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return "dns";
  return error.code === "ETIMEDOUT" ? "timeout" : "refused";
}

function errorText(error: NodeJS.ErrnoException): string {
  return error.message === "" ? (error.code ?? "unknown error") : error.message;
}
