import { runLoad, wordsPerToken, type LoadRequest, type LoadResult, type Prompts, type WorkItem } from "../../load/index.ts";
import { measure } from "../../metrics/index.ts";
import type { Endpoint, MetricValue, ThroughputConfig } from "../../model/index.ts";
import type { CheckContext } from "../check-run.ts";
import { plainQuestion } from "../question.ts";
import type { Point } from "./points.ts";
import { workFlaw } from "./proof.ts";

/** One load level, warmed up and measured. */
export interface Level {
  readonly point: Point;
  /** Absent when the warm-up already showed that nothing is to be measured. */
  readonly pass?: LoadResult;
  /** Only what passed the proof of work. */
  readonly metrics: readonly MetricValue[];
  readonly flaw?: string;
  readonly cancelled: boolean;
  readonly serverGone: boolean;
}

const KEPT_TEXTS = 4;

/** What is asked at every level of a check. */
export interface Asked {
  readonly seed: number;
  /** Of the level: `1024→128 c=16`. */
  readonly workload: string;
  readonly point: Point;
  /** Requests of the workload's file. */
  readonly items: readonly WorkItem[] | undefined;
}

/** Warm-up at the same lengths and concurrency, one request a slot, then the pass. Prompts of the two share nothing unless told to. */
export async function measureLevel(
  endpoint: Endpoint,
  config: ThroughputConfig,
  { seed, workload, point, items }: Asked,
  at: CheckContext,
): Promise<Level> {
  const { spread, prefix, slo } = config;
  const lengths = spread === undefined ? undefined : ({ kind: "uniform", share: spread } as const);
  const prompts: Prompts = {
    tokens: config.input,
    pass: `warm-up ${workload}`,
    ...inviting(endpoint),
    ...(lengths === undefined ? {} : { lengths }),
    ...(prefix === undefined ? {} : { prefix }),
  };
  const common = {
    endpoint,
    askedTokens: config.output,
    seed,
    ...(lengths === undefined ? {} : { askedLengths: lengths }),
    ...(slo === undefined ? {} : { slo }),
  } as const;
  const load = (request: LoadRequest, title: string): Promise<LoadResult> =>
    runLoad(request, {
      signal: at.signal,
      clock: at.clock,
      ...(at.keepApart === undefined ? {} : { keepApart: at.keepApart }),
      progress: (text) => at.progress(`${title} ${workload}: ${text}`),
    });
  const warm = await load(
    { ...common, prompts, arrivals: { kind: "closed", concurrency: point.warmUp, requests: point.warmUp } },
    "warm-up",
  );
  const rest = { point, metrics: [], cancelled: at.signal.aborted, serverGone: warm.stopped?.why === "server-gone" };
  if (rest.cancelled) return rest;
  if (warm.completed === 0) return { ...rest, flaw: `no warm-up request completed: ${Object.values(warm.examples)[0]}` };
  const scale = endpoint.dialect.tokenPrompts || lengths !== undefined ? undefined : wordsPerToken(warm, prompts);
  const measured = {
    ...prompts,
    pass: workload,
    ...(scale === undefined ? {} : { wordsPerToken: scale }),
    ...(items === undefined ? {} : { items }),
  };
  const fromMs = at.clock.now();
  const pass = await load({ ...common, prompts: measured, arrivals: point.arrivals, keepTexts: KEPT_TEXTS }, "measuring");
  const outputTokens = pass.samples.requests.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0);
  at.onPass?.({ workload, fromMs, toMs: at.clock.now(), outputTokens });
  const cancelled = at.signal.aborted;
  const metrics = cancelled ? [] : measure(pass.samples, workload);
  const flaw = cancelled ? undefined : workFlaw(pass, metrics, endpoint.dialect.ignoreEos);
  const done = { point, pass, cancelled, serverGone: pass.stopped?.why === "server-gone" };
  return flaw === undefined ? { ...done, metrics } : { ...done, metrics: [], flaw };
}

/** Without a fixed length the prompt has to ask for an answer, or a model may say nothing to random words. */
function inviting({ dialect, vocabulary }: Endpoint): Pick<Prompts, "ending" | "vocabulary"> {
  if (dialect.ignoreEos) return vocabulary === undefined ? {} : { vocabulary };
  return { ending: `\nQuestion: ${plainQuestion(0)}\nAnswer:` };
}
