import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { Milliseconds } from "../model/index.ts";

/** How the load generator itself fared. */
export interface ClientFacts {
  /** How late the event loop ran, beyond what was asked of it. */
  readonly loopLagP50Ms: Milliseconds;
  readonly loopLagP99Ms: Milliseconds;
  readonly loopLagMaxMs: Milliseconds;
  /** Share of the time in which the loop had work or waited for a core; 1 means it could not keep up. */
  readonly loopBusy: number;
  /** Processor time of this thread as a share of one core. */
  readonly cpuShare: number;
}

/** Several threads together: the worst lag, the busiest loop, all processor time. */
export function joinFacts(parts: readonly ClientFacts[]): ClientFacts {
  const most = (name: keyof ClientFacts): number => Math.max(0, ...parts.map((part) => part[name]));
  return {
    loopLagP50Ms: most("loopLagP50Ms"),
    loopLagP99Ms: most("loopLagP99Ms"),
    loopLagMaxMs: most("loopLagMaxMs"),
    loopBusy: most("loopBusy"),
    cpuShare: parts.reduce((sum, { cpuShare }) => sum + cpuShare, 0),
  };
}

const RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;

/** Starts watching the client; the returned function stops and tells. */
export function watchClient(): () => ClientFacts {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const busy = performance.eventLoopUtilization();
  const cpu = process.threadCpuUsage();
  const startedMs = performance.now();
  histogram.enable();
  return () => {
    histogram.disable();
    const used = process.threadCpuUsage(cpu);
    const elapsedMs = performance.now() - startedMs;
    // The histogram holds the time between two ticks; the tick's own period is no lag.
    const lag = (ns: number): Milliseconds => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    const seen = histogram.count > 0;
    return {
      loopLagP50Ms: seen ? lag(histogram.percentile(50)) : 0,
      loopLagP99Ms: seen ? lag(histogram.percentile(99)) : 0,
      loopLagMaxMs: seen ? lag(histogram.max) : 0,
      loopBusy: performance.eventLoopUtilization(busy).utilization,
      cpuShare: elapsedMs > 0 ? (used.user + used.system) / 1_000 / elapsedMs : 0,
    };
  };
}
