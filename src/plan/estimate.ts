import type { Config, EngineId, Milliseconds, NumericsConfig, ThroughputConfig } from "../model/index.ts";

// From launch to ready, and one answer, as seen with small models on warm caches. For people; nothing is decided by it.
const READY_MS: Readonly<Record<EngineId, Milliseconds>> = {
  vllm: 90_000,
  sglang: 90_000,
  transformers: 15_000,
  rehearsal: 2_000,
  command: 60_000,
};
const TOKEN_MS: Readonly<Record<EngineId, Milliseconds>> = { vllm: 12, sglang: 12, transformers: 10, rehearsal: 2, command: 20 };
const SMOKE_AND_STOP_MS: Readonly<Record<EngineId, Milliseconds>> = {
  vllm: 30_000,
  sglang: 30_000,
  transformers: 10_000,
  rehearsal: 2_000,
  command: 20_000,
};

/** A rough expectation for `cells` cells, one after the other. */
export function estimate(config: Config, cells: number): Milliseconds {
  const { engine } = config;
  const start = config.launch.url === undefined ? READY_MS[engine] : 0;
  const accuracy = config.accuracy.reduce(
    (sum, work) => sum + rounds(work.questions, work.concurrency) * work.maxTokens * TOKEN_MS[engine],
    0,
  );
  const throughput = config.throughput.reduce((sum, work) => sum + throughputMs(work, TOKEN_MS[engine]), 0);
  const numerics = config.numerics === undefined ? 0 : numericsMs(config.numerics, TOKEN_MS[engine]);
  return Math.round(cells * config.launches * (start + SMOKE_AND_STOP_MS[engine] + accuracy + throughput + numerics));
}

/** At a rate the arrivals take their time, and the last answer its own; how long a replay takes only its file says. */
function throughputMs({ concurrency, rate = [], requests, output }: ThroughputConfig, tokenMs: Milliseconds): Milliseconds {
  const closed = concurrency.map((level) => rounds(requests ?? Math.max(16, 4 * level), level) * output * tokenMs);
  const open = rate.map((perSecond) => ((requests ?? Math.max(64, Math.ceil(30 * perSecond))) / perSecond) * 1_000 + output * tokenMs);
  return [...closed, ...open].reduce((sum, each) => sum + each, 0);
}

/** Each size until eight sequences went through it, and each decoding is read once more; the long prompt is one decoding of its own. */
function numericsMs({ batchSizes, tokens, longPrompt }: NumericsConfig, tokenMs: Milliseconds): Milliseconds {
  const decodings = batchSizes.reduce((sum, size) => sum + Math.ceil(8 / size), longPrompt > 0 ? 1 : 0);
  return 2 * decodings * tokens * tokenMs;
}

function rounds(requests: number, concurrency: number): number {
  return Math.ceil(requests / Math.max(1, concurrency));
}
