import type { Clock, Endpoint, Milliseconds, RequestSample, Samples } from "../model/index.ts";
import { quantile, sorted, type SortedSamples } from "../stats/index.ts";
import { ask } from "./ask.ts";

/** What the server's own counters say of a pass; a number that it does not offer is absent. */
export interface Reconciled {
  /** Requests that the server finished or started to answer. */
  readonly requests?: number;
  readonly promptTokens?: number;
  readonly generatedTokens?: number;
  /** Mean time to first token as the server measures it, from arrival to first token. */
  readonly ttftMeanMs?: Milliseconds;
  /** Prompt tokens found in the prefix cache, of those looked up. */
  readonly cacheHitShare?: number;
  /** Our time to first token minus the server's of the same request, where answers carry it: median and 99th percentile. */
  readonly ttftGapP50Ms?: Milliseconds;
  readonly ttftGapP99Ms?: Milliseconds;
  /** Our time from first to last token minus the server's of the same request: median. */
  readonly decodeGapP50Ms?: Milliseconds;
}

/** Sums of a Prometheus exposition by metric name, labels added up. */
export type Counters = ReadonlyMap<string, number>;

/** Names by engine, the first that exists counts (vLLM `v1/metrics/loggers.py`, SGLang `srt/metrics/collector.py`). */
const NAMES = {
  ttftSum: ["vllm:time_to_first_token_seconds_sum", "sglang:time_to_first_token_seconds_sum"],
  ttftCount: ["vllm:time_to_first_token_seconds_count", "sglang:time_to_first_token_seconds_count"],
  prompt: ["vllm:prompt_tokens_total", "sglang:prompt_tokens_total"],
  generated: ["vllm:generation_tokens_total", "sglang:generation_tokens_total"],
  looked: ["vllm:prefix_cache_queries_total", "sglang:prompt_tokens_total"],
  hits: ["vllm:prefix_cache_hits_total", "sglang:cached_tokens_total"],
} as const;

/** The server's counters now; `undefined` where it offers none. */
export async function readCounters(endpoint: Endpoint, signal: AbortSignal, clock: Clock): Promise<Counters | undefined> {
  if (!endpoint.dialect.metrics || signal.aborted) return undefined;
  const { error, text } = await ask({ ...endpoint, requestTimeoutMs: 5_000 }, { method: "GET", path: "/metrics" }, { signal, clock });
  return error === undefined ? parseCounters(text) : undefined;
}

/** Reads the text form of a Prometheus exposition (version 0.0.4); comments, labels, timestamps and NaN are passed over. */
export function parseCounters(text: string): Counters {
  const sums = new Map<string, number>();
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{.*\})?\s+(\S+)/.exec(line);
    const value = Number(found?.[2]);
    if (found?.[1] !== undefined && Number.isFinite(value)) sums.set(found[1], (sums.get(found[1]) ?? 0) + value);
  }
  return sums;
}

/** The difference that a pass made. `undefined` where either reading is missing or nothing known is in it. */
export function reconcile(before: Counters | undefined, after: Counters | undefined): Reconciled | undefined {
  if (before === undefined || after === undefined) return undefined;
  const grown = (names: readonly string[]): number | undefined => {
    const name = names.find((each) => after.has(each));
    return name === undefined ? undefined : (after.get(name) ?? 0) - (before.get(name) ?? 0);
  };
  const [sum, requests] = [grown(NAMES.ttftSum), grown(NAMES.ttftCount)];
  const [looked, hits] = [grown(NAMES.looked), grown(NAMES.hits)];
  const found: Partial<Record<keyof Reconciled, number | undefined>> = {
    requests,
    promptTokens: grown(NAMES.prompt),
    generatedTokens: grown(NAMES.generated),
    ttftMeanMs: sum !== undefined && requests !== undefined && requests > 0 ? (sum / requests) * 1_000 : undefined,
    cacheHitShare: looked !== undefined && hits !== undefined && looked > 0 ? hits / looked : undefined,
  };
  const known = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Reconciled;
  return Object.keys(known).length === 0 ? undefined : known;
}

/** What the answers themselves tell of the server's times, request by request; nothing where they tell none. */
export function perRequest({ requests }: Samples): Pick<Reconciled, "ttftGapP50Ms" | "ttftGapP99Ms" | "decodeGapP50Ms"> {
  const told = requests.filter(({ error, server }) => error === undefined && server !== undefined);
  const gaps = (gap: (request: RequestSample) => number): SortedSamples => sorted(told.map(gap).filter((ms) => !Number.isNaN(ms)));
  const nan = Number.NaN;
  const ttft = gaps(({ firstMs = nan, sendMs, server }) => firstMs - sendMs - (server?.ttftMs ?? nan));
  const decode = gaps(({ firstMs = nan, lastMs = nan, server }) => lastMs - firstMs - (server?.decodeMs ?? nan));
  const found = {
    ttftGapP50Ms: quantile(ttft, 0.5),
    ttftGapP99Ms: quantile(ttft, 0.99),
    decodeGapP50Ms: quantile(decode, 0.5),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Share of prompt tokens that came from a prefix cache, from the answers' own `usage`; `undefined` where no answer says. */
export function cachedShare({ requests }: Samples): number | undefined {
  const told = requests.filter(({ cachedTokens, promptTokens }) => cachedTokens !== undefined && promptTokens !== undefined);
  const prompt = told.reduce((sum, { promptTokens = 0 }) => sum + promptTokens, 0);
  return prompt === 0 ? undefined : told.reduce((sum, { cachedTokens = 0 }) => sum + cachedTokens, 0) / prompt;
}
