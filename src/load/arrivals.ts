import { gaussian } from "../stats/index.ts";
import type { Milliseconds } from "../model/index.ts";
import { seeded, type Random } from "./random.ts";

/** When requests are sent. */
export type Arrivals = ClosedLoop | OpenLoop | Replay;

/** A fixed number in flight: the next request leaves when one has ended. */
export interface ClosedLoop {
  readonly kind: "closed";
  readonly concurrency: number;
  readonly requests: number;
  /** The number in flight grows evenly from 1 over this time. Default 0: all at once. */
  readonly rampMs?: Milliseconds;
}

/** Requests leave at their own times, whatever the server does. */
export interface OpenLoop {
  readonly kind: "open";
  /** Requests per second, after the ramp. */
  readonly rate: number;
  readonly requests: number;
  /** `gamma` gaps have the mean of the rate and shape `burstiness`. */
  readonly distribution: "constant" | "poisson" | "gamma";
  /** Shape of the gamma: 1 is Poisson, below it requests come in bursts, above it more evenly. As vLLM's `--burstiness`. Default 1. */
  readonly burstiness?: number;
  /** The rate grows evenly from `rate / 10` over this time. Default 0. */
  readonly rampMs?: Milliseconds;
  /** Above this many in flight a request waits, and the wait is seen as `sendMs − schedMs`. Default 4096. */
  readonly maxInFlight?: number;
}

/** Requests leave at the times of a recorded trace. */
export interface Replay {
  readonly kind: "replay";
  readonly requests: number;
  /** Intended time of each request from the start, ascending, one per request. */
  readonly atMs: readonly Milliseconds[];
  readonly maxInFlight?: number;
}

const RAMP_FROM = 0.1;

/**
 * Intended send times from the start of the pass, ascending; the first of an open loop is 0. Random gaps have mean 1/rate and are not
 * rescaled afterwards, because rescaling makes them dependent. In a ramp the unit-rate process is stretched by the inverse of the
 * cumulated rate, so that it stays of its kind while its rate grows.
 */
export function schedule(arrivals: OpenLoop | Replay, seed: number): Float64Array<ArrayBuffer> {
  if (arrivals.kind === "replay") return Float64Array.from(arrivals.atMs);
  const gap = gapOf(arrivals, seeded("arrivals", seed));
  const times = new Float64Array(arrivals.requests);
  let units = 0;
  for (let i = 1; i < times.length; i += 1) {
    // Counting instead of adding keeps a constant rate exact over long passes.
    units = arrivals.distribution === "constant" ? i : units + gap();
    times[i] = atUnits(arrivals, units);
  }
  return times;
}

/** Time at which the cumulated rate reaches `units` requests. */
function atUnits({ rate, rampMs = 0 }: OpenLoop, units: number): Milliseconds {
  const perMs = rate / 1_000;
  if (rampMs <= 0) return (units * 1_000) / rate;
  const from = RAMP_FROM * perMs;
  const slope = (perMs - from) / rampMs;
  const inRamp = from * rampMs + (slope * rampMs ** 2) / 2;
  if (units >= inRamp) return rampMs + (units - inRamp) / perMs;
  return (Math.sqrt(from ** 2 + 2 * slope * units) - from) / slope;
}

/** Draws gaps with mean 1. */
function gapOf({ distribution, burstiness = 1 }: OpenLoop, draw: Random): () => number {
  if (distribution === "gamma") return () => gamma(burstiness, draw) / burstiness;
  return () => -Math.log(1 - draw());
}

/** A gamma number of this shape and scale 1 (Marsaglia and Tsang 2000; shapes below 1 by their boost). */
function gamma(shape: number, draw: Random): number {
  if (shape < 1) return gamma(shape + 1, draw) * (1 - draw()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = gaussian(draw);
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - draw()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
