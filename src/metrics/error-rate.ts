import { wilson } from "../stats/index.ts";
import type { Metric } from "./metric.ts";

/** Share of requests that failed. Those we cancelled ourselves say nothing of the server and are left out on both sides. */
export const errorRate: Metric = {
  tag: "error_rate",
  title: "Request errors",
  unit: "percent",
  better: "lower",
  digits: 2,
  formula:
    "100 × requests that ended in an error or a timeout / requests sent, those cancelled by the client left out. Interval: Wilson's.",
  of(samples) {
    const sent = samples.requests.filter((request) => request.error !== "cancelled");
    if (sent.length === 0) return undefined;
    const failed = sent.filter((request) => request.error !== undefined).length;
    const { low, high } = wilson(failed, sent.length);
    return { value: (100 * failed) / sent.length, n: sent.length, low: 100 * low, high: 100 * high };
  },
};
