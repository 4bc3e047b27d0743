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
        versions: ">=0.11.1",
        values: {
          on: {
            args: [],
            env: { VLLM_BATCH_INVARIANT: "1" },
            proof: { readings: [reading(/[Bb]atch[ -_]invarian(?:t|ce).*(?:enabled|mode)/, "on")], silenceSaysNothing: true },
            note: "switches vLLM's TRTLLM attention off",
          },
          off: { args: [] },
        },
        source: "VLLM_BATCH_INVARIANT is read by batch_invariant.py from 0.11.1 on, by envs.py in 0.33",
      },
      {
        versions: "<0.11.1",
        values: { off: { args: [] } },
        refusals: { on: "VLLM_BATCH_INVARIANT is read by vLLM 0.11.1 and later ones; nothing in 0.11.0 reads it" },
        source: "vLLM 0.11.0, which has no batch_invariant.py",
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
