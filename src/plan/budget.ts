import type { Config, Milliseconds, PlannedCell, SkippedCell } from "../model/index.ts";
import { estimate } from "./estimate.ts";

/** The run cut down to what its budget allows. */
export interface Afforded {
  readonly cells: readonly PlannedCell[];
  readonly cut: readonly SkippedCell[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Keeps cells in running order while the estimate stays within `budget`, in minutes and in GPU-hours; the rest is cut, with the reason.
 * The canary is kept whatever it costs: a run without a cell says nothing.
 */
export function afford(cells: readonly PlannedCell[], config: Config): Afforded {
  const { budget } = config;
  if (budget === undefined) return { cells, cut: [] };
  const within = (count: number): boolean => over(config, estimate(config, count)) === undefined;
  const kept = cells.filter((_, index) => index === 0 || within(index + 1));
  const cut = cells.slice(kept.length).map(({ cell }, index): SkippedCell => {
    const reason = `would bring the run to about ${over(config, estimate(config, kept.length + index + 1)) ?? ""}`;
    return { cell, kind: "over-budget", reason };
  });
  return { cells: kept, cut };
}

/** GPUs that one server takes: those asked of the machine, else one. */
export function gpusOf({ machine }: Pick<Config, "machine">): number {
  return machine.count ?? 1;
}

/** Which limit a run of this length is over, in words; undefined when it is within all of them. */
function over(config: Config, tookMs: Milliseconds): string | undefined {
  const { minutes, gpuHours } = config.budget ?? {};
  const spent = (tookMs / HOUR_MS) * gpusOf(config);
  if (minutes !== undefined && tookMs > minutes * MINUTE_MS) return `${Math.ceil(tookMs / MINUTE_MS)} of ${minutes} min`;
  if (gpuHours !== undefined && spent > gpuHours) return `${spent.toFixed(1)} of ${gpuHours} GPU-hours`;
  return undefined;
}
