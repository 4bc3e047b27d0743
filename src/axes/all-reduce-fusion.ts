import type { Axis, Proof, Translation } from "./axis.ts";
import { reading, sglangField } from "./reading.ts";

/** All-reduce fused with what follows it. On B200 it is on by itself, and the most frequent culprit of hangs at start. */
export const allReduceFusion: Axis = {
  id: "all-reduce-fusion",
  title: "all-reduce fused with the norm that follows it",
  values: ["on", "off"],
  reference: "off",
  engines: { sglang: sglang(), vllm: vllm() },
};

function withoutCustom(): Translation {
  return {
    given: { "custom-all-reduce": "off" },
    values: {},
    refusals: { on: "custom-all-reduce=off switches the fusion off, all-reduce-fusion=on asks for it" },
    source: "the two contradict each other in every version",
  };
}

function sglang(): Translation[] {
  const off = "--enforce-disable-flashinfer-allreduce-fusion";
  return [
    withoutCustom(),
    {
      versions: ">=0.5.14",
      values: {
        on: { args: ["--flashinfer-allreduce-fusion-backend", "auto"], proof: sglangProof() },
        off: { args: [off], proof: { ...sglangProof(), silenceProves: true } },
      },
      source: "sglang --help of 0.5.14 to 0.5.23",
    },
    {
      versions: ">=0.5.10,<0.5.14",
      values: {
        on: { args: ["--enable-flashinfer-allreduce-fusion"], proof: sglangProof() },
        off: { args: [off], proof: { ...sglangProof(), silenceProves: true } },
      },
      source: "sglang --help of 0.5.10",
    },
    {
      versions: "<0.5.10",
      values: {
        on: { args: ["--enable-flashinfer-allreduce-fusion"], proof: sglangProof() },
        off: {
          args: [],
          proof: { ...sglangProof(), silenceProves: true },
          note: "SGLang before 0.5.10 cannot switch it off for DeepSeek-V3 models on SM100",
        },
      },
      source: "sglang --help of 0.5.4 and 0.5.9",
    },
  ];
}

function sglangProof(): Proof {
  return {
    readings: [
      reading(/(?:Auto-enabling|Enable) FlashInfer AllReduce Fusion on/, "on"),
      reading(/FlashInfer AllReduce Fusion enabled and workspace initialized/, "on"),
      ...sglangField("flashinfer_allreduce_fusion_backend", "(?:auto|trtllm|mnnvl|cutedsl)", "on"),
      ...sglangField("enable_flashinfer_allreduce_fusion", "(?:true|True)", "on"),
      ...sglangField("enforce_disable_flashinfer_allreduce_fusion", "(?:true|True)", "off"),
    ],
  };
}

function vllm(): Translation[] {
  const row = (versions: string, pass: string, source: string): Translation => {
    const value = (on: boolean) => ({
      args: [`--compilation-config.pass_config.${pass}=${on}`],
      proof: { readings: [reading(new RegExp(`'${pass}': True`), "on"), reading(new RegExp(`'${pass}': False`), "off")] },
    });
    return { versions, values: { on: value(true), off: value(false) }, source };
  };
  return [
    withoutCustom(),
    row(">=0.13", "fuse_allreduce_rms", "vllm #48071, #45917; pass_config as 0.32 prints it"),
    row(">=0.11,<0.13", "enable_fi_allreduce_fusion", "vLLM 0.12 pass_config, the former name"),
  ];
}
