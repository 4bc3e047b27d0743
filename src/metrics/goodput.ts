import type { RequestSample, Samples, Slo } from "../model/index.ts";
import { wilson } from "../stats/index.ts";
import type { Metric } from "./metric.ts";

/**
 * Requests that met every bound of the SLO. Times count from when a request was due, so that a wait before sending cannot hide; failed
 * requests and timeouts are bad ones, those cancelled by the client are left out. Absent without an SLO.
 */
export const goodput: readonly Metric[] = [
  {
    tag: "goodput",
    title: "Goodput",
    unit: "requests/s",
    better: "higher",
    digits: 2,
    formula:
      "Completed requests that met every given bound (t_first − t_sched, TPOT, t_last − t_sched; TPOT of one token is 0) / duration of the pass. No interval.",
    field: "request_goodput",
    of(samples) {
      const { good, sent } = count(samples);
      return sent === 0 || samples.durationMs <= 0 ? undefined : { value: (good / samples.durationMs) * 1_000, n: sent };
    },
  },
  {
    tag: "slo_attainment",
    title: "Requests within the SLO",
    unit: "percent",
    better: "higher",
    digits: 1,
    formula: "100 × requests that met every given bound / requests sent, failed ones included. Interval: Wilson's.",
    of(samples) {
      const { good, sent } = count(samples);
      if (sent === 0) return undefined;
      const { low, high } = wilson(good, sent);
      return { value: (100 * good) / sent, n: sent, low: 100 * low, high: 100 * high };
    },
  },
];

function count({ requests, slo }: Samples): { readonly good: number; readonly sent: number } {
  if (slo === undefined) return { good: 0, sent: 0 };
  const sent = requests.filter(({ error }) => error !== "cancelled");
  return { good: sent.filter((request) => isGood(request, slo)).length, sent: sent.length };
}

function isGood({ error, schedMs, firstMs, lastMs, completionTokens = 0 }: RequestSample, slo: Slo): boolean {
  if (error !== undefined || firstMs === undefined || lastMs === undefined) return false;
  const tpotMs = completionTokens > 1 ? (lastMs - firstMs) / (completionTokens - 1) : 0;
  return (
    firstMs - schedMs <= (slo.ttftMs ?? Infinity) && tpotMs <= (slo.tpotMs ?? Infinity) && lastMs - schedMs <= (slo.e2elMs ?? Infinity)
  );
}
