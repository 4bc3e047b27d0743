import type { Clock, Milliseconds } from "../model/index.ts";
import { Connection, openConnection, READ_BYTES, type NoConnection, type Target } from "./connection.ts";

export interface ConnectionCounts {
  /** Connections opened, those before the start included. */
  readonly opened: number;
  /** Requests that went over a connection that had carried one before. */
  readonly reused: number;
  /** Connections opened during the pass to replace one that the server closed. */
  readonly reopened: number;
}

/** Servers close idle connections after 5 s (uvicorn, Node); one that idled longer than this is not trusted with a request. */
const STALE_MS = 3_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A server that closes a connection after each answer does it within this time. */
const CLOSING_MS = 50;

/** Keep-alive connections to one place, the most recently used first. */
export class Pool {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #idle: Connection[] = [];
  /** Connections with a request in flight. */
  readonly busy = new Set<Connection>();
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  #opened = 0;
  #reused = 0;
  #reopened = 0;
  #lost = 0;
  /** Whether the server closes a connection after an answer although it said nothing of it; unknown until it is asked. */
  #closes: boolean | undefined;

  constructor(target: Target, clock: Clock, signal: AbortSignal) {
    this.#target = target;
    this.#clock = clock;
    this.#signal = signal;
  }

  get counts(): ConnectionCounts {
    return { opened: this.#opened, reused: this.#reused, reopened: this.#reopened };
  }

  /** Opens `count` connections. Those that fail are left out; the requests that would have used them will say why. */
  async fill(count: number): Promise<void> {
    const opened = await Promise.all(Array.from({ length: count }, () => this.#open()));
    this.#idle.push(...opened.filter((one) => one instanceof Connection));
  }

  /** A connection to send on, opened now if none is idle. The time it takes lies before the request is sent. */
  async take(): Promise<Connection | NoConnection> {
    const idle = this.#pop();
    if (idle === undefined) return this.fresh();
    this.busy.add(idle);
    if (idle.requests > 0) this.#reused += 1;
    return idle;
  }

  /** A connection that has carried nothing yet. */
  async fresh(): Promise<Connection | NoConnection> {
    const fresh = await this.#open();
    if (!(fresh instanceof Connection)) return fresh;
    if (this.#lost > 0) {
      this.#lost -= 1;
      this.#reopened += 1;
    }
    this.busy.add(fresh);
    return fresh;
  }

  /** Hands a connection back after its request. */
  give(connection: Connection): void {
    this.busy.delete(connection);
    if (connection.usable && this.#closes !== true) return void this.#idle.push(connection);
    connection.close();
    this.#lost += 1;
  }

  /** False once it is known that the server keeps its connections. */
  get mayClose(): boolean {
    return this.#closes !== false;
  }

  /** Whether the server closes this connection, which has just carried an answer. Asked once; from then on it is known. */
  async closes(connection: Connection): Promise<boolean> {
    const giveUpMs = this.#clock.now() + CLOSING_MS;
    while (this.#closes === undefined && connection.usable && this.#clock.now() < giveUpMs && !this.#signal.aborted)
      await this.#clock.sleep(1);
    return (this.#closes ??= !connection.usable);
  }

  /** Stops what has been silent or in flight for too long. */
  expire(totalMs: Milliseconds, idleMs: Milliseconds): void {
    const now = this.#clock.now();
    for (const connection of this.busy) {
      if (now - connection.sentMs > totalMs || now - connection.lastActiveMs > idleMs) connection.stop("timeout");
    }
  }

  cancel(): void {
    for (const connection of this.busy) connection.stop("cancelled");
  }

  close(): void {
    for (const connection of [...this.#idle.splice(0), ...this.busy]) connection.close();
  }

  #pop(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.usable && this.#clock.now() - idle.lastActiveMs < STALE_MS) return idle;
      if (!idle.usable) this.#lost += 1;
      idle.close();
    }
    return undefined;
  }

  async #open(): Promise<Connection | NoConnection> {
    const opened = await openConnection(this.#target, {
      clock: this.#clock,
      timeoutMs: CONNECT_TIMEOUT_MS,
      signal: this.#signal,
      buffer: this.#buffer,
    });
    if (opened instanceof Connection) this.#opened += 1;
    return opened;
  }
}
