import type { Samples } from "../model/index.ts";
import { completed, type CompletedRequest } from "./completed.ts";
import { family } from "./family.ts";
import type { Metric } from "./metric.ts";

/**
 * Open loop only: what a user waits counted from when the request was due, and how late it was sent. In a closed loop a request is due
 * when it is sent, so these are absent there.
 */
export const queueing: readonly Metric[] = [
  ...family({
    tag: "ttft_queued",
    title: "Time to first token with queueing",
    formula: "t_first − t_sched per completed request of an open loop",
    digits: 1,
    ours: true,
    values: (samples) => openLoop(samples).map((request) => Float64Array.of(request.firstMs - request.schedMs)),
  }),
  ...family({
    tag: "schedule_delay",
    title: "Delay of sending",
    formula: "t_send − t_sched per completed request of an open loop",
    digits: 2,
    ours: true,
    values: (samples) => openLoop(samples).map((request) => Float64Array.of(request.sendMs - request.schedMs)),
  }),
];

function openLoop(samples: Samples): CompletedRequest[] {
  return samples.requests.some((request) => request.sendMs !== request.schedMs) ? completed(samples) : [];
}
