import { completed } from "./completed.ts";
import { family } from "./family.ts";
import type { Metric } from "./metric.ts";

/** What comes before and after the first token: the first byte of a response, and the first token that is no reasoning. */
export const aroundTheFirst: readonly Metric[] = [
  ...family({
    tag: "ttfb",
    title: "Time to first byte",
    formula: "t_first_byte − t_send per completed request; headers and a role-only delta count",
    digits: 1,
    ours: true,
    values: (samples) =>
      completed(samples).flatMap(({ byteMs, sendMs }) => (byteMs === undefined ? [] : [Float64Array.of(byteMs - sendMs)])),
  }),
  ...family({
    tag: "ttfo",
    title: "Time to first token of the answer",
    formula: "t_first_output − t_send per completed request whose answer was led by reasoning",
    digits: 1,
    ours: true,
    values: (samples) =>
      completed(samples).flatMap(({ outputMs, sendMs }) => (outputMs === undefined ? [] : [Float64Array.of(outputMs - sendMs)])),
  }),
];
