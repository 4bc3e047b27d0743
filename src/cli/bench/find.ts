import { searchLoad, type Arrivals, type Found } from "../../load/index.ts";
import { metricOf } from "../../metrics/index.ts";
import { openAt, type BenchOptions, type Level } from "./plan.ts";

const MOST = { concurrency: 16_384, rate: 100_000 } as const;
const LEAST_REQUESTS = 64;

/** Searches from the first level given upwards for the highest load that meets the SLO. */
export function find(
  options: BenchOptions,
  at: { readonly measure: (arrivals: Arrivals) => Promise<Level>; readonly attained: typeof attained; readonly signal: AbortSignal },
): Promise<Found> {
  const whole = options.find === "concurrency";
  const from = whole ? (options.concurrency[0] ?? 1) : (options.rate?.[0] ?? 1);
  const arrivals = (load: number): Arrivals =>
    whole
      ? {
          kind: "closed",
          concurrency: load,
          requests: options.requests ?? Math.max(LEAST_REQUESTS, 4 * load),
          rampMs: options.ramp * 1_000,
        }
      : openAt(options, load);
  return searchLoad({ from, to: whole ? MOST.concurrency : MOST.rate, attain: options.attain, whole }, async (load) => {
    const level = await at.measure(arrivals(load));
    const share = at.attained(level);
    return at.signal.aborted || level.result.stopped !== undefined || share === undefined ? undefined : { load, attained: share };
  });
}

/** Share of requests, failed ones included, that met the SLO; a run that may not be believed has none. */
export function attained({ result }: Level): number | undefined {
  if (result.validity.state === "invalid") return undefined;
  const percent = metricOf("slo_attainment")?.of(result.samples)?.value;
  return percent === undefined ? undefined : percent / 100;
}
