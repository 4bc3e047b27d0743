import type { Samples } from "../model/index.ts";

/** A stretch of a pass, in ms since its start. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * From the first to the last moment at which at least 95 % of the intended requests were in flight, so that ramp and drain are left out;
 * a dip in between belongs to the server and stays in. A request is in flight from its sending to its last token. `undefined` where that
 * load was never reached.
 */
export function steadyWindow(samples: Samples): Window | undefined {
  const target = 0.95 * samples.concurrency;
  const steps = samples.requests.flatMap(({ sendMs, lastMs }) =>
    lastMs === undefined || lastMs <= sendMs
      ? []
      : [
          { at: sendMs, by: 1 },
          { at: lastMs, by: -1 },
        ],
  );
  // At one instant, arrivals count before departures: a slot that is refilled at once was never empty.
  steps.sort((a, b) => a.at - b.at || b.by - a.by);
  let inFlight = 0;
  let fromMs: number | undefined;
  let toMs: number | undefined;
  for (const { at, by } of steps) {
    if (inFlight >= target) toMs = at;
    inFlight += by;
    if (inFlight >= target) fromMs ??= at;
  }
  return fromMs === undefined || toMs === undefined || toMs <= fromMs ? undefined : { fromMs, toMs };
}
