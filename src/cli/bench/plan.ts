import { availableParallelism } from "node:os";
import { wordsPerToken, type Arrivals, type LoadRequest, type LoadResult, type WorkItem } from "../../load/index.ts";
import type { EngineId } from "../../model/index.ts";

/** Options of `bench` as the command line gives them. */
export interface BenchOptions {
  readonly url: string;
  readonly model?: string;
  readonly engine: EngineId;
  readonly api: "completions" | "chat" | "generate";
  readonly chat?: boolean;
  readonly input: number;
  readonly output: number;
  readonly spread?: LoadRequest["askedLengths"];
  readonly prefix?: readonly number[];
  readonly vocabulary?: readonly number[];
  readonly workload?: string;
  readonly replay?: boolean;
  readonly concurrency: readonly number[];
  readonly rate?: readonly number[];
  readonly constant?: boolean;
  readonly burstiness?: number;
  readonly ramp: number;
  readonly requests?: number;
  readonly warmUp: number;
  readonly repeat?: boolean;
  readonly resetCache?: boolean;
  readonly slo: readonly string[];
  readonly find?: "concurrency" | "rate";
  readonly attain: number;
  readonly workers: number;
  readonly seed: number;
  readonly timeout: number;
  readonly json?: boolean;
  readonly saveResult?: string;
  readonly saveRequests?: string;
}

/** One level of a bench: its name, its arrivals, and what came of it. */
export interface Level {
  readonly name: string;
  readonly arrivals: Arrivals;
  readonly result: LoadResult;
}

const DEFAULT_REQUESTS = 128;
/** One event loop reads about this many streams without falling behind; see `bench/fidelity`. */
const STREAMS_PER_WORKER = 1_024;

/** The levels that the options name, in their order. */
export function arrivalsOf(options: BenchOptions, items: readonly WorkItem[] | undefined): Arrivals[] {
  const rampMs = options.ramp * 1_000;
  if (options.replay === true && items !== undefined) {
    const requests = Math.min(options.requests ?? items.length, items.length);
    return [{ kind: "replay", requests, atMs: items.slice(0, requests).map(({ atMs = 0 }) => atMs - (items[0]?.atMs ?? 0)) }];
  }
  if (options.rate !== undefined) return options.rate.map((rate) => openAt(options, rate, items?.length));
  return options.concurrency.map((concurrency) => {
    const requests = options.requests ?? items?.length ?? Math.max(DEFAULT_REQUESTS, 4 * concurrency);
    return { kind: "closed", concurrency, requests, rampMs };
  });
}

/** An open loop as the options describe it, at this rate. */
export function openAt({ ramp, constant, burstiness, requests }: BenchOptions, rate: number, items?: number): Arrivals {
  const distribution = constant === true ? "constant" : burstiness === undefined ? "poisson" : "gamma";
  const common = { kind: "open", rate, requests: requests ?? items ?? DEFAULT_REQUESTS, rampMs: ramp * 1_000, distribution } as const;
  return burstiness === undefined ? common : { ...common, burstiness };
}

/** One pass as the options describe it. */
export function requestOf(
  options: BenchOptions,
  given: Pick<LoadRequest, "endpoint" | "arrivals"> & {
    readonly items: readonly WorkItem[] | undefined;
    readonly slo: LoadRequest["slo"] | undefined;
    readonly pass: string;
  },
): LoadRequest {
  const { input, output, spread, prefix, seed } = options;
  const [tokens, groups = 1] = prefix ?? [];
  return {
    endpoint: given.endpoint,
    arrivals: given.arrivals,
    askedTokens: output,
    seed,
    api: options.chat === true ? "chat" : options.api,
    workers: workersFor(options, given.arrivals),
    prompts: {
      tokens: input,
      pass: given.pass,
      ...(spread === undefined ? {} : { lengths: spread }),
      ...(tokens === undefined ? {} : { prefix: { tokens, groups } }),
      ...(given.endpoint.vocabulary === undefined ? {} : { vocabulary: given.endpoint.vocabulary }),
      ...(given.items === undefined ? {} : { items: given.items }),
    },
    ...(spread === undefined ? {} : { askedLengths: spread }),
    ...(given.slo === undefined ? {} : { slo: given.slo }),
  };
}

/** The same lengths and concurrency as the pass, and prompts that the pass does not use. */
export function warmUpOf(options: BenchOptions, request: LoadRequest, salt: number): LoadRequest {
  const { arrivals } = request;
  const { items: _, ...prompts } = request.prompts;
  const concurrency = arrivals.kind === "closed" ? arrivals.concurrency : options.warmUp;
  return {
    ...request,
    workers: 1,
    prompts: { ...prompts, pass: `warm-up ${salt}` },
    arrivals: { kind: "closed", concurrency: Math.min(concurrency, options.warmUp), requests: options.warmUp },
  };
}

/** The pass as planned, with text prompts as long in this server's tokens as was asked: the warm-up showed how long its words are. */
export function taught(request: LoadRequest, warmUp: LoadRequest, warm: LoadResult): LoadRequest {
  const { prompts, endpoint, api } = request;
  const isText = api === "chat" || (api !== "generate" && !endpoint.dialect.tokenPrompts);
  const scale = isText && prompts.lengths === undefined && prompts.items === undefined ? wordsPerToken(warm, warmUp.prompts) : undefined;
  return scale === undefined ? request : { ...request, prompts: { ...prompts, wordsPerToken: scale } };
}

/** Two cores are left to the engine and the rest of the machine where there are more. */
function workersFor({ workers }: BenchOptions, arrivals: Arrivals): number {
  if (workers > 0) return workers;
  const streams = arrivals.kind === "closed" ? arrivals.concurrency : 0;
  return Math.max(1, Math.min(Math.ceil(streams / STREAMS_PER_WORKER), availableParallelism() - 2));
}

/** `1024→128 c=16`, unique within a bench. */
export function levelName({ input, output, workload }: BenchOptions, arrivals: Arrivals): string {
  const what = workload ?? `${input}→${output}`;
  if (arrivals.kind === "closed") return `${what} c=${arrivals.concurrency}`;
  return arrivals.kind === "open" ? `${what} r=${Number(arrivals.rate.toPrecision(4))}/s` : `${what} replay`;
}
