import { completed } from "./completed.ts";
import type { Metric } from "./metric.ts";

/** How many tokens the server packs into one streamed event; above 1.05 the inter-token latency is per chunk. */
export const tokensPerEvent: Metric = {
  tag: "tokens_per_event",
  title: "Tokens per streamed event",
  unit: "ratio",
  better: "lower",
  digits: 2,
  formula: "Completion tokens / events that carried tokens, over completed requests. No interval.",
  of(samples) {
    const requests = completed(samples);
    const events = requests.reduce((total, request) => total + (request.events ?? request.tokenMs.length), 0);
    if (events === 0) return undefined;
    return { value: requests.reduce((total, request) => total + request.completionTokens, 0) / events, n: events };
  },
};
