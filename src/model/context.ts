import type { Event } from "./event.ts";
import type { Milliseconds, Timestamp } from "./units.ts";

/** Time as a value, so that tests can own it. */
export interface Clock {
  /** Monotonic, in milliseconds with sub-millisecond digits. */
  now(): Milliseconds;
  /** Wall-clock time for people. */
  timestamp(): Timestamp;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: Milliseconds, signal?: AbortSignal): Promise<void>;
}

/** What a room that acts on the world is given instead of reaching for globals. */
export interface Context {
  readonly clock: Clock;
  /** Aborted when the run is cancelled; every wait listens to it. */
  readonly signal: AbortSignal;
  readonly emit: (event: Event) => void;
  /** Folder of this run: logs, events, record. Exists. */
  readonly workDir: string;
  /** The environment of Servegate itself; never handed to a server whole. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
