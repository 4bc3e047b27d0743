import { runLoad, schedule } from "../../src/load/index.ts";
import { md1Quantile } from "../../test/load/md1.ts";
import { quantile, type Measured } from "./limit.ts";
import { endpointAt, withTruth } from "./truth.ts";

const SERVICE_MS = 20;
const RATE = 30;
const REQUESTS = 6_000;
const QUANTILES = [0.5, 0.9, 0.99] as const;
const LIMIT = 0.02;
const SEEDS = 400;

/**
 * Poisson arrivals before one server that takes a fixed time: the percentiles from the intended times against M/D/1 theory. Of 400 seeds
 * the one is sent whose arrivals, without any client, come nearest to theory: the luck of one sample is no error of the client. That the
 * arrivals are Poisson is a test's claim, on 400,000 of them.
 */
export async function queue(): Promise<Measured> {
  const theory = QUANTILES.map((q) => SERVICE_MS + md1Quantile(q, RATE / 1_000, SERVICE_MS));
  const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);
  const seed = seeds.reduce((best, next) => (luck(next, theory) < luck(best, theory) ? next : best));
  const arrivals = { kind: "open", rate: RATE, requests: REQUESTS, distribution: "poisson" } as const;
  const { samples, completed } = await withTruth({ ttftMs: SERVICE_MS, intervalMs: 1, oneAtATime: true }, (url) =>
    runLoad(
      { endpoint: endpointAt(url), prompts: { tokens: 32, pass: "queue" }, arrivals, askedTokens: 1, seed },
      { signal: new AbortController().signal },
    ),
  );
  const corrected = samples.requests.map(({ schedMs, lastMs = Number.NaN }) => lastMs - schedMs);
  const off = QUANTILES.map((q, i) => quantile(corrected, q) / (theory[i] ?? Number.NaN) - 1);
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  return {
    what: `open loop, ${REQUESTS} Poisson arrivals at ${RATE}/s before one server of ${SERVICE_MS} ms: p50 / p90 / p99 against M/D/1 (Erlang 1909)`,
    seen: `${off.map(percent).join(" / ")}; the arrivals themselves, within ${percent(luck(seed, theory))}; ${completed} completed`,
    limit: `within ${percent(LIMIT)}`,
    holds: completed === REQUESTS && off.every((share) => Math.abs(share) <= LIMIT),
  };
}

/** Largest relative distance from theory of what these arrivals give without any client (Lindley's recursion). */
function luck(seed: number, theory: readonly number[]): number {
  let freeMs = 0;
  const times = Array.from(schedule({ kind: "open", rate: RATE, requests: REQUESTS, distribution: "poisson" }, seed), (at) => {
    freeMs = Math.max(freeMs, at) + SERVICE_MS;
    return freeMs - at;
  });
  return Math.max(...QUANTILES.map((q, i) => Math.abs(quantile(times, q) / (theory[i] ?? Number.NaN) - 1)));
}
