import { basename } from "node:path";
import type { Arrivals, WorkItem } from "../../load/index.ts";
import type { ThroughputConfig } from "../../model/index.ts";

/** One load level: when requests leave, and what it is called. */
export interface Point {
  /** `c=16`, `r=8/s` or `replay`; unique within the check. */
  readonly id: string;
  readonly title: string;
  readonly arrivals: Arrivals;
  /** Requests of the warm-up, all at once. */
  readonly warmUp: number;
}

const MIN_REQUESTS = 16;
/** At a rate: half a minute's requests, and enough for a percentile. */
const RATE_SECONDS = 30;
const RATE_LEAST = 64;
/** Nobody knows beforehand how many are in flight at a rate. */
const OPEN_WARM_UP = 16;

/** The levels in their order. `items` are the requests of the workload's file. */
export function pointsOf(config: ThroughputConfig, items: readonly WorkItem[] = []): readonly Point[] {
  const { requests, rate = [], burstiness } = config;
  if (config.workload?.replay === true) {
    const count = Math.min(requests ?? items.length, items.length);
    const [first] = items;
    const atMs = items.slice(0, count).map(({ atMs: at = 0 }) => at - (first?.atMs ?? 0));
    return [{ id: "replay", title: "at the file's times", arrivals: { kind: "replay", requests: count, atMs }, warmUp: OPEN_WARM_UP }];
  }
  const open = rate.map((perSecond): Point => {
    const count = requests ?? Math.max(RATE_LEAST, Math.ceil(RATE_SECONDS * perSecond));
    const common = { kind: "open", rate: perSecond, requests: count } as const;
    const arrivals: Arrivals =
      burstiness === undefined ? { ...common, distribution: "poisson" } : { ...common, distribution: "gamma", burstiness };
    return { id: `r=${perSecond}/s`, title: `${perSecond} a second`, arrivals, warmUp: OPEN_WARM_UP };
  });
  const closed = config.concurrency.map((concurrency): Point => ({
    id: `c=${concurrency}`,
    title: `${concurrency} at once`,
    arrivals: { kind: "closed", concurrency, requests: requests ?? Math.max(MIN_REQUESTS, 4 * concurrency) },
    warmUp: concurrency,
  }));
  return [...closed, ...open];
}

/** What joins with what: `1024→128`, and whatever else makes it another load: `1024→128 ±50 % prefix 512:4`, `sharegpt.json`. */
export function workloadName({ input, output, spread, prefix, workload, burstiness }: ThroughputConfig): string {
  return [
    workload === undefined ? `${input}→${output}` : `${basename(workload.path)} ${input}→${output}`,
    ...(spread === undefined ? [] : [`±${Math.round(spread * 100)} %`]),
    ...(prefix === undefined ? [] : [`prefix ${prefix.tokens}:${prefix.groups}`]),
    ...(burstiness === undefined ? [] : [`burstiness ${burstiness}`]),
  ].join(" ");
}
