import type { Axis } from "./axis.ts";
import { namedBackend } from "./named-backend.ts";

const ATTENTION = ["flashinfer", "trtllm_mha", "trtllm_mla", "triton", "fa3", "fa4", "flashmla", "flex_attention", "torch_native"];
const PHASES = [
  { versions: ">=0.5.20", names: [...ATTENTION, "cutedsl_mla", "tokenspeed_mla"] },
  { versions: ">=0.5.14,<0.5.20", names: [...ATTENTION, "cutedsl_mla", "tokenspeed_mla", "cutlass_mla"] },
  { versions: "<0.5.14", names: [...ATTENTION, "cutlass_mla"] },
];

/** Attention kernels of prefill alone; this flag wins over the common one. */
export const prefillAttentionBackend: Axis = namedBackend("prefill-attention-backend", "attention kernels of prefill alone", "flashinfer", {
  sglang: { flag: "--prefill-attention-backend", rows: PHASES },
});

/** Attention kernels of decode alone; this flag wins over the common one. */
export const decodeAttentionBackend: Axis = namedBackend("decode-attention-backend", "attention kernels of decode alone", "flashinfer", {
  sglang: { flag: "--decode-attention-backend", rows: PHASES },
});

const MOE = ["auto", "deep_gemm", "triton", "flashinfer_trtllm", "flashinfer_cutlass", "flashinfer_cutedsl", "cutlass"];
const MOE_SGLANG = [...MOE, "triton_kernel", "flashinfer_mxfp4"];

/** Kernels of the experts. */
export const moeBackend: Axis = namedBackend("moe-backend", "kernels of the experts", "auto", {
  sglang: {
    flag: "--moe-runner-backend",
    rows: [
      { versions: ">=0.5.18", names: [...MOE_SGLANG, "flashinfer_trtllm_routed", "marlin", "humming", "megamoe"] },
      { versions: ">=0.5.14,<0.5.18", names: [...MOE_SGLANG, "flashinfer_trtllm_routed", "marlin"] },
      { versions: ">=0.5.10,<0.5.14", names: [...MOE_SGLANG, "flashinfer_trtllm_routed"] },
      { versions: "<0.5.10", names: MOE_SGLANG },
    ],
  },
  vllm: {
    flag: "--moe-backend",
    rows: [
      { versions: ">=0.17", names: [...MOE, "marlin", "humming", "triton_unfused"] },
      {
        versions: "<0.17",
        names: [],
        refused: "before 0.17 vLLM chose by variables such as VLLM_USE_FLASHINFER_MOE_FP8; set them in launch.env",
      },
    ],
  },
});

/** Transport between experts on different GPUs. */
export const expertTransport: Axis = namedBackend("expert-transport", "transport between experts on different GPUs", "none", {
  sglang: {
    flag: "--moe-a2a-backend",
    rows: [
      { versions: ">=0.5.14", names: ["none", "deepep", "mooncake", "nixl", "flashinfer", "megamoe"] },
      { versions: ">=0.5.9,<0.5.14", names: ["none", "deepep", "mooncake", "flashinfer"] },
      { versions: "<0.5.9", names: ["none", "deepep", "mooncake"] },
    ],
  },
  vllm: {
    flag: "--all2all-backend",
    rows: [
      {
        versions: ">=0.22",
        names: [
          "allgather_reducescatter",
          "deepep_high_throughput",
          "deepep_low_latency",
          "flashinfer_nvlink_one_sided",
          "flashinfer_nvlink_two_sided",
          "pplx",
        ],
      },
      { versions: ">=0.13,<0.22", names: ["allgather_reducescatter", "deepep_high_throughput", "deepep_low_latency", "pplx"] },
      { versions: "<0.13", names: [], refused: "before 0.13 vLLM took it from VLLM_ALL2ALL_BACKEND; set that in launch.env" },
    ],
  },
});

const FP8 = ["auto", "deep_gemm", "flashinfer_trtllm", "cutlass", "triton"];

/** Kernels of FP8 matrix products. The field behind the flag has another name, which is often written by mistake. */
export const fp8GemmBackend: Axis = namedBackend("fp8-gemm-backend", "kernels of FP8 matrix products", "auto", {
  sglang: {
    flag: "--fp8-gemm-backend",
    field: "fp8_gemm_runner_backend",
    rows: [
      { versions: ">=0.5.18", names: [...FP8, "flashinfer_cutlass", "flashinfer_deepgemm", "flashinfer_cutedsl"] },
      { versions: ">=0.5.10,<0.5.18", names: [...FP8, "flashinfer_cutlass", "flashinfer_deepgemm"] },
      { versions: ">=0.5.7,<0.5.10", names: FP8 },
      { versions: "<0.5.7", names: [], refused: "SGLang has the flag since 0.5.7" },
    ],
  },
});

const FP4 = ["auto", "flashinfer_cudnn", "flashinfer_cutlass", "flashinfer_trtllm"];

/** Kernels of FP4 matrix products. */
export const fp4GemmBackend: Axis = namedBackend("fp4-gemm-backend", "kernels of FP4 matrix products", "auto", {
  sglang: {
    flag: "--fp4-gemm-backend",
    field: "fp4_gemm_runner_backend",
    rows: [
      { versions: ">=0.5.14", names: [...FP4, "flashinfer_cutedsl", "marlin"] },
      { versions: ">=0.5.8,<0.5.14", names: FP4 },
      { versions: "<0.5.8", names: [], refused: "SGLang has the flag since 0.5.8" },
    ],
  },
});

const LINEAR = ["auto", "cutlass", "deep_gemm", "flashinfer_cudnn", "flashinfer_cutlass", "flashinfer_trtllm", "marlin", "torch", "triton"];

/** Kernels of dense layers in vLLM, whatever the number format. */
export const linearBackend: Axis = namedBackend("linear-backend", "kernels of dense layers", "auto", {
  vllm: {
    flag: "--linear-backend",
    rows: [
      { versions: ">=0.28", names: [...LINEAR, "flashinfer_cutedsl", "humming"] },
      { versions: ">=0.22,<0.28", names: LINEAR },
      { versions: "<0.22", names: [], refused: "the first help of vLLM that lists --linear-backend is that of 0.22" },
    ],
  },
});
