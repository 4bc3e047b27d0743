import type { Clock, Milliseconds, RequestSample, Samples } from "../model/index.ts";
import { Board, boardMemory } from "./board.ts";
import { joinFacts } from "./client-watch.ts";
import { systemClock } from "./clock.ts";
import { target } from "./connection.ts";
import type { LoadRequest, LoadResult, Stopped } from "./load-request.ts";
import { Progress } from "./progress.ts";
import { promptLength } from "./prompts.ts";
import { perRequest, readCounters, reconcile } from "./reconcile.ts";
import { joinTallies } from "./tally.ts";
import { threadId, type KeepApart, type Placement } from "./thread.ts";
import { judgeValidity } from "./validity.ts";
import { workApart } from "./work-apart.ts";
import { work, type Done } from "./work.ts";

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Called about once a second with a line for people. */
  readonly progress?: (text: string) => void;
  /** Asked once the threads are there and before the clock starts. */
  readonly keepApart?: KeepApart;
}

const PROGRESS_MS = 1_000;
/** Order of gravity where workers stopped for several reasons. */
const REASONS = ["cancelled", "server-gone", "failing"] as const;

/**
 * Sends one pass and times every token. Connections are opened before the clock starts. A failing server is a result, never an
 * exception: when twice as many requests in a row fail as are in flight (3 at least), the rest is not tried and `stopped` says so.
 *
 * Throws a TypeError when the endpoint's URL is not http or https.
 */
export async function runLoad(
  request: LoadRequest,
  { signal, clock = systemClock, progress, keepApart }: LoadOptions,
): Promise<LoadResult> {
  target(request.endpoint.url);
  const before = await readCounters(request.endpoint, signal, clock);
  const count = Math.max(1, request.workers ?? 1);
  const memory = boardMemory(count);
  const board = new Board(memory, 0);
  const lines = new Progress(request.arrivals.requests);
  let startedMs: Milliseconds = clock.now();
  const timer = setInterval(() => progress?.(lines.line(board.total(), clock.now() - startedMs)), PROGRESS_MS);
  const started = (at: Milliseconds): void => void (startedMs = at);
  let placement: Placement | undefined;
  const place = async (threads: readonly (number | undefined)[]): Promise<void> => {
    placement = await keepApart?.(threads.filter((thread) => thread !== undefined));
  };
  const start = async (): Promise<Milliseconds> => {
    await place([threadId()]);
    started(clock.now());
    return startedMs;
  };
  let parts: Done[];
  try {
    parts =
      count === 1
        ? [await work({ request, share: { index: 0, count: 1 }, board: memory, signal, clock, start })]
        : await workApart(request, count, { board: memory, signal, clock, started, place });
  } finally {
    clearInterval(timer);
    await placement?.release();
  }
  const samples = joinSamples(request, parts);
  const counted = reconcile(before, await readCounters(request.endpoint, signal, clock));
  const own = perRequest(samples);
  const server = counted === undefined && Object.keys(own).length === 0 ? undefined : { ...counted, ...own };
  const client = joinFacts(parts.map((part) => part.client));
  const connections = joinCounts(parts);
  const stopped = joinStops(parts);
  const expected = promptLengths(request, samples.requests.length);
  const validity = judgeValidity({
    samples,
    client,
    connections,
    exactLength: request.endpoint.dialect.ignoreEos,
    uniquePrompts: request.prompts.items === undefined && request.prompts.prefix === undefined,
    ...(expected === undefined ? {} : { promptTokens: expected }),
    ...(server === undefined ? {} : { server }),
  });
  return {
    samples,
    validity,
    connections,
    client,
    ...(placement === undefined ? {} : { cores: { client: placement.client, server: placement.server } }),
    asked: request.arrivals.requests,
    ...joinTallies(parts.map(({ tally }) => tally)),
    texts: parts.flatMap(({ texts }) => texts),
    startedMs,
    ...(server === undefined ? {} : { server }),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function joinSamples({ arrivals, slo }: LoadRequest, parts: readonly Done[]): Samples {
  const ordered: (RequestSample | undefined)[] = [];
  for (const { index, sample } of parts.flatMap(({ samples }) => samples)) ordered[index] = sample;
  const requests = ordered.filter((sample) => sample !== undefined);
  const durationMs = Math.max(0, ...parts.map(({ endMs }) => endMs));
  // In an open loop nobody sets the number in flight; its mean over the pass stands in (Little's law).
  const total = requests.reduce((sum, { sendMs, lastMs }) => sum + ((lastMs ?? sendMs) - sendMs), 0);
  const mean = durationMs > 0 ? Math.max(1, Math.round(total / durationMs)) : 1;
  return {
    requests,
    durationMs,
    concurrency: arrivals.kind === "closed" ? arrivals.concurrency : mean,
    ...(slo === undefined ? {} : { slo }),
  };
}

function joinCounts(parts: readonly Done[]): LoadResult["connections"] {
  const sum = (name: "opened" | "reused" | "reopened"): number => parts.reduce((total, { connections }) => total + connections[name], 0);
  return { opened: sum("opened"), reused: sum("reused"), reopened: sum("reopened") };
}

function joinStops(parts: readonly Done[]): Stopped | undefined {
  const stops = parts.map(({ stopped }) => stopped).filter((stopped) => stopped !== undefined);
  return REASONS.flatMap((why) => stops.filter((stopped) => stopped.why === why))[0];
}

/** Mean prompt length that was asked for; `undefined` where a file's texts do not say. */
function promptLengths({ prompts, seed }: LoadRequest, count: number): number | undefined {
  if (prompts.lengths === undefined && prompts.items === undefined) return prompts.tokens;
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const length = promptLength(prompts, seed, index);
    if (length === undefined) return undefined;
    total += length;
  }
  return count === 0 ? undefined : total / count;
}
