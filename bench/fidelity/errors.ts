import type { Seen } from "./load.ts";

/** What the server knows of one request. */
export interface Truth {
  readonly key: string;
  readonly readMs: number;
  readonly stamps: readonly number[];
}

/** One client's distance from the truth; absent where the client does not keep what is needed. */
export interface Errors {
  readonly lateP50Ms?: number;
  readonly lateP99Ms?: number;
  /** Medians over requests. */
  readonly ttftBiasMs?: number;
  readonly tpotBiasShare?: number;
  readonly throughputError?: number;
  /** Requests without a whole answer. */
  readonly failed: number;
  readonly cpuUsPerToken: number;
  readonly peakMiB: number;
  readonly tokensPerSecond: number;
}

/**
 * Joins requests by prompt, or by the first stamp that the client read; those of a warm-up join with nothing. Throws when nothing joins at
 * all: the bench is broken then.
 */
export function errors(seen: Seen, truths: readonly Truth[], { asked, expectTimes }: { asked: number; expectTimes: boolean }): Errors {
  const byKey = new Map(truths.map((truth) => [truth.key, truth]));
  const byStamp = new Map(truths.map((truth) => [Math.round((truth.stamps[0] ?? 0) * 1_000), truth]));
  const late: number[] = [];
  const ttft: number[] = [];
  const tpot: number[] = [];
  const joined: Truth[] = [];
  for (const { key, times, stamps, ttftMs, tpotMs } of seen.requests) {
    const truth = key === undefined ? byStamp.get(Math.round((stamps?.[0] ?? 0) * 1_000)) : byKey.get(key);
    if (truth === undefined) continue;
    joined.push(truth);
    const sent = stamps ?? truth.stamps;
    for (const [i, at] of times.entries()) if (sent[i] !== undefined) late.push(at - sent[i]);
    const [first = Number.NaN, last = Number.NaN] = [truth.stamps[0], truth.stamps.at(-1)];
    if (ttftMs !== undefined) ttft.push(ttftMs - (first - truth.readMs));
    if (tpotMs !== undefined) tpot.push((tpotMs * (truth.stamps.length - 1)) / (last - first) - 1);
  }
  if (truths.length > 0 && (joined.length === 0 || (expectTimes && late.length === 0)))
    throw new Error("no request could be joined with the truth");
  const from = Math.min(...joined.map(({ readMs }) => readMs));
  const to = joined.reduce((most, { stamps }) => Math.max(most, stamps.at(-1) ?? 0), 0);
  const tokens = joined.reduce((sum, { stamps }) => sum + stamps.length, 0);
  const whole: Record<string, number | undefined> = {
    lateP50Ms: quantile(late, 0.5),
    lateP99Ms: quantile(late, 0.99),
    ttftBiasMs: quantile(ttft, 0.5),
    tpotBiasShare: quantile(tpot, 0.5),
    throughputError: seen.throughput === undefined || tokens === 0 ? undefined : seen.throughput / (tokens / ((to - from) / 1_000)) - 1,
  };
  return {
    ...(Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Partial<Errors>),
    failed: asked - (truths.length > 0 ? joined.length : seen.requests.length),
    cpuUsPerToken: (seen.cpuMs * 1_000) / Math.max(1, seen.tokens),
    peakMiB: seen.peakMiB,
    tokensPerSecond: seen.tokens / seen.seconds,
  };
}

/** Type 7; `undefined` of nothing. */
export function quantile(values: readonly number[], q: number): number | undefined {
  const ascending = Float64Array.from(values).sort();
  if (ascending.length === 0) return undefined;
  const at = (ascending.length - 1) * q;
  const [below = 0, above = 0] = [ascending[Math.floor(at)], ascending[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

/** Field by field the median of several runs; a field that a run lacks is left out. */
export function medians(runs: readonly Errors[]): Errors {
  const names = Object.keys(runs[0] ?? {}) as (keyof Errors)[];
  const values = names.map(
    (name) =>
      [
        name,
        quantile(
          runs.flatMap((run) => run[name] ?? []),
          0.5,
        ),
      ] as const,
  );
  return Object.fromEntries(values) as unknown as Errors;
}
