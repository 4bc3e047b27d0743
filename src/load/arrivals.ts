import type { Milliseconds } from "../model/index.ts";
import { seeded } from "./random.ts";

/** When requests are sent. */
export type Arrivals = ClosedLoop | OpenLoop;

/** A fixed number in flight: the next request leaves when one has ended. */
export interface ClosedLoop {
  readonly kind: "closed";
  readonly concurrency: number;
  readonly requests: number;
}

/** Requests leave at their own times, whatever the server does. */
export interface OpenLoop {
  readonly kind: "open";
  /** Requests per second. */
  readonly rate: number;
  readonly requests: number;
  readonly distribution: "constant" | "poisson";
  /** Above this many in flight a request waits, and the wait is seen as `sendMs − schedMs`. Default 4096. */
  readonly maxInFlight?: number;
}

/**
 * Intended send times of an open loop from the start of the pass, ascending; the first is 0. Gaps of `poisson` are exponential with
 * mean 1000/rate ms and are not rescaled afterwards, because rescaling makes them dependent.
 */
export function schedule(arrivals: OpenLoop, seed: number): Float64Array<ArrayBuffer> {
  const gapMs: Milliseconds = 1_000 / arrivals.rate;
  const draw = seeded("arrivals", seed);
  const times = new Float64Array(arrivals.requests);
  for (let i = 1; i < times.length; i += 1) {
    const gap = arrivals.distribution === "constant" ? gapMs : -Math.log(1 - draw()) * gapMs;
    // Multiplying instead of adding keeps a constant rate exact over long passes.
    times[i] = arrivals.distribution === "constant" ? i * gapMs : (times[i - 1] ?? 0) + gap;
  }
  return times;
}
