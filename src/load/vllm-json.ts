import type { RequestSample } from "../model/index.ts";
import { mean, quantile, sorted } from "../stats/index.ts";
import type { Arrivals } from "./arrivals.ts";
import type { LoadResult } from "./load-request.ts";

/** What was run, as far as the samples do not say it. */
export interface BenchHeader {
  readonly model: string;
  readonly arrivals: Arrivals;
  /** ISO 8601. */
  readonly date: string;
}

type Done = RequestSample & { readonly firstMs: number; readonly lastMs: number; readonly completionTokens: number };

/**
 * The fields that `vllm bench serve` writes with `--save-result`, same names and same meanings, so that existing dashboards read it.
 * Rates span the whole run, standard deviations are those of the population (numpy's default), and what was not measured is absent.
 * `request_goodput` counts from the intended time of a request. Ours beside them: `validity`, `server`, `errors_by_class`,
 * `server_gone_at_s`. Of a pass in which the server died there are counts and no rates or latencies: those of the survivors describe
 * nothing.
 */
export function benchJson(result: LoadResult, header: BenchHeader): Record<string, unknown> {
  const { samples } = result;
  const requests = samples.requests.filter(isDone);
  const seconds = samples.durationMs / 1_000;
  const output = total(requests.map(({ completionTokens }) => completionTokens));
  const known = requests.every(({ promptTokens }) => promptTokens !== undefined);
  const input = known ? total(requests.map(({ promptTokens }) => promptTokens ?? 0)) : undefined;
  const longEnough = requests.filter(({ completionTokens }) => completionTokens > 1);
  const { arrivals } = header;
  const serverGone = result.stopped?.why === "server-gone" ? result.stopped.atMs / 1_000 : undefined;
  const durations = {
    ttft: requests.map(({ firstMs, sendMs }) => firstMs - sendMs),
    tpot: longEnough.map(tpot),
    itl: requests.flatMap(gaps),
    e2el: requests.map(({ lastMs, sendMs }) => lastMs - sendMs),
  };
  return defined({
    date: header.date,
    backend: "openai",
    model_id: header.model,
    tokenizer_id: header.model,
    num_prompts: result.asked,
    request_rate: arrivals.kind === "open" ? arrivals.rate : "inf",
    burstiness: arrivals.kind === "open" ? (arrivals.distribution === "constant" ? "inf" : (arrivals.burstiness ?? 1)) : undefined,
    max_concurrency: arrivals.kind === "closed" ? arrivals.concurrency : arrivals.maxInFlight,
    duration: seconds,
    completed: result.completed,
    failed: samples.requests.length - result.completed,
    total_input_tokens: input,
    total_output_tokens: output,
    ...(serverGone === undefined
      ? {
          request_throughput: rate(requests.length, seconds),
          request_goodput: goodput(result, seconds),
          output_throughput: rate(output, seconds),
          total_token_throughput: input === undefined ? undefined : rate(input + output, seconds),
          ...Object.assign({}, ...Object.entries(durations).map(([name, values]) => summary(name, values))),
        }
      : {}),
    validity: result.validity,
    server: result.server,
    errors_by_class: result.errors,
    server_gone_at_s: serverGone,
  });
}

function isDone(request: RequestSample): request is Done {
  return request.error === undefined && request.firstMs !== undefined && request.lastMs !== undefined;
}

function tpot({ firstMs, lastMs, completionTokens }: Done): number {
  return (lastMs - firstMs) / (completionTokens - 1);
}

function gaps({ tokenMs }: RequestSample): number[] {
  return Array.from(tokenMs.subarray(1), (at, i) => at - (tokenMs[i] ?? at));
}

function goodput({ samples: { requests, slo } }: LoadResult, seconds: number): number | undefined {
  if (slo === undefined) return undefined;
  const good = requests.filter(isDone).filter((request) => {
    const { schedMs, firstMs, lastMs, completionTokens } = request;
    const perToken = completionTokens > 1 ? tpot(request) : 0;
    return (
      firstMs - schedMs <= (slo.ttftMs ?? Infinity) && perToken <= (slo.tpotMs ?? Infinity) && lastMs - schedMs <= (slo.e2elMs ?? Infinity)
    );
  });
  return rate(good.length, seconds);
}

const PERCENTILES = [50, 90, 95, 99] as const;

function summary(name: string, values: readonly number[]): Record<string, number | undefined> {
  if (values.length === 0) return {};
  const ascending = sorted(values);
  const centre = mean(ascending) ?? 0;
  return {
    [`mean_${name}_ms`]: centre,
    [`median_${name}_ms`]: quantile(ascending, 0.5),
    [`std_${name}_ms`]: Math.sqrt(mean(ascending.map((value) => (value - centre) ** 2)) ?? 0),
    ...Object.fromEntries(PERCENTILES.map((p) => [`p${p}_${name}_ms`, quantile(ascending, p / 100)])),
  };
}

function rate(amount: number, seconds: number): number | undefined {
  return seconds > 0 ? amount / seconds : undefined;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
