import type { ScenarioText } from "../scenario.ts";

/** Starts, serves and answers fluently; but decode graphs are replayed with the metadata of the batch before, so what it says is often wrong. */
export const staleMetadata: ScenarioText = {
  answers: "model",
  law: { "first-token-ms": 2, "token-ms": 0.2 },
  rules: [{ when: { "decode-graph": "on" }, numeric: "stale-metadata" }],
};
