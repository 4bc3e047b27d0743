import type { Axis, Proof, Translation } from "./axis.ts";
import { reading, sglangField, vllmField } from "./reading.ts";

/**
 * The engine's own all-reduce kernels against plain NCCL. `--disable-custom-all-reduce` alone leaves fused all-reduce + RMSNorm
 * and symmetric memory on; `off` is the whole set of switches.
 */
export const customAllReduce: Axis = {
  id: "custom-all-reduce",
  title: "custom all-reduce kernels, fused and symmetric-memory ones included",
  values: ["on", "off"],
  reference: "off",
  engines: { sglang: sglang(), vllm: vllm() },
  owns: {
    sglang: [
      "--enable-flashinfer-allreduce-fusion",
      "--enforce-disable-flashinfer-allreduce-fusion",
      "--flashinfer-allreduce-fusion-backend",
      "--enable-symm-mem",
      "--enable-torch-symm-mem",
      "--enable-mscclpp",
    ],
    vllm: ["VLLM_ALLREDUCE_USE_FLASHINFER", "VLLM_USE_NCCL_SYMM_MEM"],
  },
};

function sglang(): Translation[] {
  const on = { args: [], proof: sglangOn() };
  return [
    {
      versions: ">=0.5.10",
      values: {
        on,
        off: { args: ["--disable-custom-all-reduce", "--enforce-disable-flashinfer-allreduce-fusion"], proof: sglangOff() },
      },
      source: "sglang 0.5.10 server_args.py: --enforce-disable-flashinfer-allreduce-fusion",
    },
    {
      versions: "<0.5.10",
      values: {
        on,
        off: {
          args: ["--disable-custom-all-reduce"],
          proof: sglangOff(),
          note: "fused all-reduce, which DeepSeek-V3 models get on SM100, cannot be switched off before 0.5.10",
        },
      },
      source: "sglang server_args.py before 0.5.10: no off-switch for the fusion that it gives DeepSeek-V3 models on SM100",
    },
  ];
}

function sglangOn(): Proof {
  return {
    readings: [
      // Setting the kernels up can fail with a warning, after which NCCL runs silently.
      reading(/Setup Custom allreduce failed with/, "off"),
      reading(/Custom allreduce is disabled because/, "off"),
      ...sglangField("disable_custom_all_reduce", "(?:false|False)", "on"),
      ...sglangSwitchedOff(),
    ],
  };
}

function sglangOff(): Proof {
  return {
    readings: [
      reading(/(?:Auto-enabling|Enable) FlashInfer AllReduce Fusion on/, "flashinfer-fused"),
      reading(/FlashInfer AllReduce Fusion enabled and workspace initialized/, "flashinfer-fused"),
      ...sglangField("flashinfer_allreduce_fusion_backend", "(?:auto|trtllm|mnnvl)", "flashinfer-fused"),
      ...sglangField("enable_flashinfer_allreduce_fusion", "(?:true|True)", "flashinfer-fused"),
      ...sglangSwitchedOff(),
      ...sglangField("disable_custom_all_reduce", "(?:false|False)", "on"),
    ],
  };
}

function sglangSwitchedOff(): Proof["readings"] {
  return sglangField("disable_custom_all_reduce", "(?:true|True)", "off");
}

function vllm(): Translation[] {
  const off = (fusion: string) => ({
    args: ["--disable-custom-all-reduce", `--compilation-config.pass_config.${fusion}=false`],
    env: { VLLM_ALLREDUCE_USE_SYMM_MEM: "0" },
    proof: vllmProof(),
  });
  return [
    {
      versions: ">=0.13",
      values: { on: { args: [], proof: vllmProof() }, off: off("fuse_allreduce_rms") },
      source: "vLLM pass_config.fuse_allreduce_rms, on at O2 for TP>1; vllm #48071 (fusion as the culprit on B200)",
    },
    {
      versions: ">=0.11,<0.13",
      values: { on: { args: [], proof: vllmProof() }, off: off("enable_fi_allreduce_fusion") },
      source: "vLLM 0.12 pass_config.enable_fi_allreduce_fusion, the former name",
    },
  ];
}

// Newer versions list the backends once per group in the order in which they are tried; older ones only repeat the argument.
function vllmProof(): Proof {
  return {
    readings: [
      reading(/Using \[[^\]]*'CUSTOM'[^\]]*\] all-reduce backends .*for group 'tp:/, "on"),
      reading(/Using \[[^\]]*'((?:NCCL_)?SYMM_MEM|FLASHINFER|QUICK_REDUCE)'[^\]]*\] all-reduce backends .*for group 'tp:/, "$1"),
      reading(/Using \['PYNCCL'\] all-reduce backends .*for group 'tp:/, "off"),
      reading(/Custom allreduce is disabled because/, "off"),
      vllmField("disable_custom_all_reduce", "True", "off"),
      vllmField("disable_custom_all_reduce", "False", "on"),
    ],
  };
}
