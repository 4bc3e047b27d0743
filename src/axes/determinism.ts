import type { Axis } from "./axis.ts";
import { reading, sglangField } from "./reading.ts";

/** Answers that do not depend on what else is in the batch. It restricts the attention backends and switches some graphs off. */
export const determinism: Axis = {
  id: "deterministic",
  title: "answers that do not depend on the batch",
  values: ["on", "off"],
  reference: "off",
  engines: {
    sglang: [
      {
        values: {
          on: { args: ["--enable-deterministic-inference"], proof: { readings: sglang() } },
          off: { args: [], proof: { readings: sglang() } },
        },
        source: "sglang --help of 0.5.4 to 0.5.23",
      },
    ],
    vllm: [
      {
        values: {
          on: {
            args: [],
            env: { VLLM_BATCH_INVARIANT: "1" },
            proof: { readings: [reading(/[Bb]atch[ -_]invarian(?:t|ce).*(?:enabled|mode)/, "on")], silenceSaysNothing: true },
            note: "switches vLLM's TRTLLM attention off",
          },
          off: { args: [] },
        },
        source: "vLLM envs.py of 0.13 to 0.32",
      },
    ],
  },
};

function sglang() {
  return [
    ...sglangField("enable_deterministic_inference", "(?:true|True)", "on"),
    ...sglangField("enable_deterministic_inference", "(?:false|False)", "off"),
  ];
}
