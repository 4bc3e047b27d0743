import type { Metric } from "./metric.ts";

/** Right answers of those given. Computed by the accuracy check from its answers, so latency samples never yield it. */
export const accuracy: Metric = {
  tag: "accuracy",
  title: "Accuracy",
  unit: "percent",
  better: "higher",
  digits: 1,
  formula:
    "100 × right answers / questions answered; a question that ended in an error is an error, never a wrong answer. Interval: Wilson's. " +
    "Between two runs the same questions are paired, and the difference is in points.",
  of: () => undefined,
};
