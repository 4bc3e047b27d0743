import type { Axis } from "./axis.ts";

/** DeepGEMM's kernels, compiled at start-up. Neither engine says which it uses, so the switch stays unverifiable. */
export const deepGemm: Axis = {
  id: "deep-gemm",
  title: "DeepGEMM kernels",
  values: ["on", "off"],
  reference: "off",
  engines: {
    sglang: [
      {
        values: {
          on: { args: [], env: { SGLANG_ENABLE_JIT_DEEPGEMM: "1" } },
          off: { args: [], env: { SGLANG_ENABLE_JIT_DEEPGEMM: "0" } },
        },
        source: "sglang environ.py of 0.5.4 to 0.5.23",
      },
    ],
    vllm: [
      {
        values: { on: { args: [], env: { VLLM_USE_DEEP_GEMM: "1" } }, off: { args: [], env: { VLLM_USE_DEEP_GEMM: "0" } } },
        source: "vLLM envs.py of 0.13 to 0.32",
      },
    ],
  },
};
