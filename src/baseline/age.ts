import type { Milliseconds } from "../model/index.ts";

const DAY_MS = 86_400_000;

/**
 * Why a baseline whose newest run began at `newest` must not be used by a run that began at `here`, both ISO 8601; `undefined` when it is
 * young enough or no limit is set. The day of the run decides, not today's, so that the same documents give the same verdict for ever.
 */
export function stale(newest: string, here: string | undefined, maxAgeMs: Milliseconds | undefined): string | undefined {
  if (maxAgeMs === undefined || here === undefined) return undefined;
  const ageMs = Date.parse(here) - Date.parse(newest);
  if (ageMs <= maxAgeMs) return undefined;
  const days = (ms: Milliseconds): string => `${Number((ms / DAY_MS).toFixed(1))} days`;
  return (
    `the newest run of the baseline is of ${newest.slice(0, 10)}, ${days(ageMs)} before this one, and max-age is ${days(maxAgeMs)}: ` +
    "measure the base branch again, or allow more"
  );
}
