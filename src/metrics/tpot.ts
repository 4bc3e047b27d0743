import { completed } from "./completed.ts";
import { family } from "./family.ts";

/** Time per output token after the first, with tokens counted by the server. */
export const tpot = family({
  tag: "tpot",
  title: "Time per output token",
  formula: "(t_last − t_first) / (completion_tokens − 1) per completed request of two tokens or more, tokens from the server's usage",
  digits: 2,
  values: (samples) =>
    completed(samples)
      .filter((request) => request.completionTokens > 1)
      .map((request) => Float64Array.of((request.lastMs - request.firstMs) / (request.completionTokens - 1))),
});
