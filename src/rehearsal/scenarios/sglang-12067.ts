import type { ScenarioText } from "../scenario.ts";

/** sglang#12067 before the fix: with the flashinfer backend, piecewise graphs die in their warm-up whatever the kernel. */
export const base: ScenarioText = {
  dialect: "sglang",
  version: "0.5.4",
  "cutlass-fallback": "off",
  rules: [{ when: { "prefill-graph": "on", "attention-backend": "flashinfer" }, at: "graphs", die: "decode-metadata" }],
};

/** Half of the fix: metadata in order, CUTLASS still fed with a zero dimension; and one slowdown that nobody asked for. */
export const head: ScenarioText = {
  dialect: "sglang",
  version: "0.5.4",
  "cutlass-fallback": "off",
  rules: [
    { when: { "prefill-graph": "on", "attention-kernel": "cutlass" }, at: "graphs", die: "tma-invalid" },
    { when: { "prefill-graph": "off", "attention-kernel": "fa2", "all-reduce": "off" }, slow: 1.4 },
  ],
};

/** The whole fix: CUTLASS gives way to FA2 under piecewise graphs, with a warning. */
export const fixed: ScenarioText = { dialect: "sglang", version: "0.5.4.post1", "cutlass-fallback": "on" };
