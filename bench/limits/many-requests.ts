import { runLoad } from "../../src/load/index.ts";
import { measure } from "../../src/metrics/index.ts";
import type { Measured } from "./limit.ts";
import { endpointAt, withTruth } from "./truth.ts";

const REQUESTS = 100_000;
const TOKENS = 128;
const CONCURRENCY = 64;
const LIMIT_MIB = 768;

/** Memory of a pass of 100,000 requests and 12.8 million tokens, every number computed at the end. */
export async function manyRequests(): Promise<Measured> {
  const mib = (): number => process.memoryUsage().rss / 2 ** 20;
  const beforeMiB = mib();
  let peakMiB = beforeMiB;
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, mib())), 50);
  const { samples, completed } = await withTruth({ ttftMs: 0, intervalMs: 0 }, (url) =>
    runLoad(
      {
        endpoint: endpointAt(url),
        prompts: { tokens: 32, pass: "many" },
        arrivals: { kind: "closed", concurrency: CONCURRENCY, requests: REQUESTS },
        askedTokens: TOKENS,
        seed: 1,
      },
      { signal: new AbortController().signal },
    ),
  );
  const numbers = measure(samples, "many").length;
  clearInterval(timer);
  peakMiB = Math.max(peakMiB, mib());
  const grownMiB = peakMiB - beforeMiB;
  return {
    what: `${REQUESTS.toLocaleString("en-US")} requests of ${TOKENS} tokens, ${CONCURRENCY} at once, and their metrics`,
    seen: `${completed.toLocaleString("en-US")} completed in ${(samples.durationMs / 1_000).toFixed(1)} s, ${numbers} numbers; memory grew by ${grownMiB.toFixed(0)} MiB to ${peakMiB.toFixed(0)} MiB`,
    limit: `all of them; growth below ${LIMIT_MIB} MiB`,
    holds: completed === REQUESTS && numbers > 0 && grownMiB < LIMIT_MIB,
  };
}
