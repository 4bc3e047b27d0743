// Servegate's load generator under the fidelity bench. `node bench/fidelity/ours.ts '<Load>'`
import { engineFor } from "../../src/engines/index.ts";
import { runLoad, tokenPrompt } from "../../src/load/index.ts";
import { MARK, type Load, type Seen } from "./load.ts";

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const prompts = { tokens: 32, pass: "fidelity" };
const endpoint = { url: load.url, model: "truth", dialect: { ...engineFor("vllm").dialect, metrics: false }, requestTimeoutMs: 600_000 };
const { signal } = new AbortController();
const common = { endpoint, askedTokens: load.tokens, seed: 1, ...(load.workers === undefined ? {} : { workers: load.workers }) } as const;
if (load.warmUp > 0) {
  const arrivals = { kind: "closed", concurrency: load.warmUp, requests: load.warmUp } as const;
  await runLoad({ ...common, prompts: { ...prompts, pass: "warm-up" }, arrivals }, { signal });
}
const arrivals = { kind: "closed", concurrency: load.streams, requests: load.streams, rampMs: load.rampMs } as const;
const result = await runLoad({ ...common, prompts, arrivals }, { signal });
const used = process.cpuUsage();
const shift = Number(process.hrtime.bigint()) / 1e6 - performance.now() + result.startedMs;
const { requests } = result.samples;
const tokens = requests.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0);
if (result.completed !== result.asked) process.stderr.write(`${JSON.stringify({ errors: result.errors, examples: result.examples })}\n`);
const seen: Seen = {
  requests: requests.map(({ sendMs, tokenMs, firstMs = Number.NaN, lastMs = Number.NaN, completionTokens = 0 }, i) => ({
    key: JSON.stringify(tokenPrompt(prompts, 1, i)).slice(0, 48),
    sendMs: sendMs + shift,
    times: load.stamped ? Array.from(tokenMs, (at) => at + shift) : [],
    ttftMs: firstMs - sendMs,
    tpotMs: (lastMs - firstMs) / (completionTokens - 1),
  })),
  tokens,
  seconds: result.samples.durationMs / 1_000,
  cpuMs: (used.user + used.system) / 1_000,
  peakMiB: process.resourceUsage().maxRSS / 1_024,
  throughput: tokens / (result.samples.durationMs / 1_000),
};
process.stdout.write(`${MARK}${JSON.stringify(seen)}\n`);
