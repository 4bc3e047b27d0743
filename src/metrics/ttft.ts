import { completed } from "./completed.ts";
import { family } from "./family.ts";

/** Time to first token: what a user waits before anything appears. */
export const ttft = family({
  tag: "ttft",
  title: "Time to first token",
  formula: "t_first − t_send per completed request",
  digits: 1,
  values: (samples) => completed(samples).map((request) => Float64Array.of(request.firstMs - request.sendMs)),
});
