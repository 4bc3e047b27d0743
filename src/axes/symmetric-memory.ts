import type { Axis } from "./axis.ts";
import { reading, sglangField } from "./reading.ts";

/** Symmetric memory for all-reduce: PyTorch's, NCCL's, or none. */
export const symmetricMemory: Axis = {
  id: "symmetric-memory",
  title: "symmetric memory for all-reduce",
  values: ["off", "torch", "nccl"],
  reference: "off",
  engines: {
    sglang: [
      {
        values: {
          off: { args: [], proof: { readings: sglang(), silenceProves: true } },
          torch: { args: ["--enable-torch-symm-mem"], proof: { readings: sglang() } },
          nccl: {
            args: ["--enable-symm-mem"],
            proof: { readings: sglang() },
            note: "switches tc_piecewise prefill graphs off, without a word",
          },
        },
        source: "sglang --help of 0.5.4 to 0.5.23",
      },
    ],
    vllm: [
      {
        values: {
          off: {
            args: [],
            env: { VLLM_ALLREDUCE_USE_SYMM_MEM: "0", VLLM_USE_NCCL_SYMM_MEM: "0" },
            proof: { readings: vllm(), silenceProves: true },
          },
          torch: { args: [], env: { VLLM_ALLREDUCE_USE_SYMM_MEM: "1", VLLM_USE_NCCL_SYMM_MEM: "0" }, proof: { readings: vllm() } },
          nccl: { args: [], env: { VLLM_ALLREDUCE_USE_SYMM_MEM: "0", VLLM_USE_NCCL_SYMM_MEM: "1" }, proof: { readings: vllm() } },
        },
        source: "vLLM envs.py of 0.13 to 0.32",
      },
    ],
  },
};

function sglang() {
  return [...sglangField("enable_torch_symm_mem", "(?:true|True)", "torch"), ...sglangField("enable_symm_mem", "(?:true|True)", "nccl")];
}

function vllm() {
  return [
    reading(/Using \[[^\]]*'NCCL_SYMM_MEM'[^\]]*\] all-reduce backends .*for group 'tp:/, "nccl"),
    reading(/Using \[(?:'\w+', )*'SYMM_MEM'[^\]]*\] all-reduce backends .*for group 'tp:/, "torch"),
    reading(/Using \[[^\]]*\] all-reduce backends .*for group 'tp:/, "off"),
  ];
}
