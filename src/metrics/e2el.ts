import { completed } from "./completed.ts";
import { family } from "./family.ts";

/** End-to-end latency of a request, from sending to its last token. */
export const e2el = family({
  tag: "e2el",
  title: "End-to-end latency",
  formula: "t_last − t_send per completed request",
  digits: 1,
  values: (samples) => completed(samples).map((request) => Float64Array.of(request.lastMs - request.sendMs)),
});
