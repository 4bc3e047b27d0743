import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, Milliseconds } from "../model/index.ts";

export interface Wait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The last fraction of a millisecond is spent turning the event loop, which costs up to a millisecond of processor time. */
  readonly exact: boolean;
}

/**
 * Resolves at this clock time, never before it, or when the signal is aborted. Timers know whole milliseconds only: without `exact` the
 * moment may be missed by one.
 */
export async function waitUntil(atMs: Milliseconds, { clock, signal, exact }: Wait): Promise<void> {
  const waitMs = atMs - clock.now();
  // The only rejection is the signal's, which the caller looks at next.
  if (waitMs > 0) await clock.sleep(exact ? Math.floor(waitMs) : Math.ceil(waitMs), signal).catch(() => undefined);
  while (clock.now() < atMs && !signal.aborted) await nextTurn();
}
