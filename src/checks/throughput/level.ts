import { runLoad, wordsPerToken, type LoadRequest, type LoadResult, type Prompts } from "../../load/index.ts";
import { measure } from "../../metrics/index.ts";
import type { Endpoint, MetricValue, ThroughputConfig } from "../../model/index.ts";
import type { CheckContext } from "../check-run.ts";
import { plainQuestion } from "../question.ts";
import { workFlaw } from "./proof.ts";

/** One concurrency, warmed up and measured. */
export interface Level {
  readonly concurrency: number;
  readonly requests: number;
  /** Absent when the warm-up already showed that nothing is to be measured. */
  readonly pass?: LoadResult;
  /** Only what passed the proof of work. */
  readonly metrics: readonly MetricValue[];
  readonly flaw?: string;
  readonly cancelled: boolean;
  readonly serverGone: boolean;
}

const KEPT_TEXTS = 4;
const MIN_REQUESTS = 16;

export function requestsAt(config: ThroughputConfig, concurrency: number): number {
  return config.requests ?? Math.max(MIN_REQUESTS, 4 * concurrency);
}

/** Warm-up at the same lengths and concurrency, one request a slot, then the pass. Prompts of the two share nothing. */
export async function measureLevel(
  endpoint: Endpoint,
  config: ThroughputConfig,
  { concurrency, seed, workload }: { readonly concurrency: number; readonly seed: number; readonly workload: string },
  at: CheckContext,
): Promise<Level> {
  const requests = requestsAt(config, concurrency);
  const prompts: Prompts = { tokens: config.input, pass: `warm-up ${workload}`, ...inviting(endpoint) };
  const common = { endpoint, askedTokens: config.output, seed } as const;
  const load = (request: LoadRequest, title: string): Promise<LoadResult> =>
    runLoad(request, { signal: at.signal, clock: at.clock, progress: (text) => at.progress(`${title} ${workload}: ${text}`) });
  const warm = await load({ ...common, prompts, arrivals: { kind: "closed", concurrency, requests: concurrency } }, "warm-up");
  const rest = { concurrency, requests, metrics: [], cancelled: at.signal.aborted, serverGone: warm.stopped?.why === "server-gone" };
  if (rest.cancelled) return rest;
  if (warm.completed === 0) return { ...rest, flaw: `no warm-up request completed: ${Object.values(warm.examples)[0]}` };
  const scale = endpoint.dialect.tokenPrompts ? undefined : wordsPerToken(warm, prompts);
  const measured = { ...prompts, pass: workload, ...(scale === undefined ? {} : { wordsPerToken: scale }) };
  const arrivals = { kind: "closed", concurrency, requests } as const;
  const fromMs = at.clock.now();
  const pass = await load({ ...common, prompts: measured, arrivals, keepTexts: KEPT_TEXTS }, "measuring");
  const outputTokens = pass.samples.requests.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0);
  at.onPass?.({ workload, fromMs, toMs: at.clock.now(), outputTokens });
  const cancelled = at.signal.aborted;
  const metrics = cancelled ? [] : measure(pass.samples, workload);
  const flaw = cancelled ? undefined : workFlaw(pass, metrics, endpoint.dialect.ignoreEos);
  const done = { concurrency, requests, pass, cancelled, serverGone: pass.stopped?.why === "server-gone" };
  return flaw === undefined ? { ...done, metrics } : { ...done, metrics: [], flaw };
}

/** Without a fixed length the prompt has to ask for an answer, or a model may say nothing to random words. */
function inviting({ dialect, vocabulary }: Endpoint): Pick<Prompts, "ending" | "vocabulary"> {
  if (dialect.ignoreEos) return vocabulary === undefined ? {} : { vocabulary };
  return { ending: `\nQuestion: ${plainQuestion(0)}\nAnswer:` };
}
