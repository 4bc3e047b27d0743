import type { EngineId } from "../model/index.ts";

/** A flag or variable that an engine took once. */
export interface Retired {
  readonly engine: EngineId;
  readonly name: string;
  /** First release that no longer takes it: an error for a flag; a variable is ignored, which is worse. */
  readonly since: string;
  readonly instead: string;
  readonly source: string;
}

const PREFILL = "--cuda-graph-backend-prefill";
const sglang = (name: string, since: string, instead: string, source: string): Retired => ({
  engine: "sglang",
  name,
  since,
  instead,
  source,
});
const vllm = (name: string, since: string, instead: string, source: string): Retired => ({ engine: "vllm", name, since, instead, source });

/** Flags and variables that no longer do what they did. What a release takes was read from its own help (test/corpus/help). */
export const retired: readonly Retired[] = [
  sglang("--enable-piecewise-cuda-graph", "0.5.14", `${PREFILL}=breakable`, "sglang #23906"),
  sglang("--disable-piecewise-cuda-graph", "0.5.20", `${PREFILL}=disabled`, "sglang #38375"),
  sglang("--enforce-piecewise-cuda-graph", "0.5.20", `${PREFILL}=breakable`, "sglang #38375"),
  sglang("--piecewise-cuda-graph-max-tokens", "0.5.20", "--cuda-graph-max-bs-prefill", "sglang #38375"),
  sglang("--piecewise-cuda-graph-tokens", "0.5.20", "--cuda-graph-bs-prefill", "sglang #38375"),
  sglang("--cuda-graph-max-bs", "0.5.20", "--cuda-graph-max-bs-decode", "sglang #38375"),
  sglang("--cuda-graph-bs", "0.5.20", "--cuda-graph-bs-decode", "sglang #38375"),
  sglang("--enable-breakable-cuda-graph", "0.5.20", `${PREFILL}=breakable`, "sglang #38375"),
  sglang(
    "--enable-flashinfer-cutlass-moe",
    "0.5.9",
    "--moe-runner-backend=flashinfer_cutlass",
    "deprecated in the help of 0.5.4, gone from that of 0.5.9",
  ),
  sglang(
    "--enable-flashinfer-trtllm-moe",
    "0.5.9",
    "--moe-runner-backend=flashinfer_trtllm",
    "deprecated in the help of 0.5.4, gone from that of 0.5.9",
  ),
  sglang("--fp8-gemm-runner-backend", "0.5.7", "--fp8-gemm-backend", "never registered; a frequent slip for the field's name"),
  vllm("--cuda-graph-sizes", "0.13", "--cudagraph-capture-sizes", "vLLM 0.13 --help"),
  vllm("VLLM_ATTENTION_BACKEND", "0.15", "--attention-backend", "vllm #32812"),
  vllm("VLLM_USE_TRTLLM_ATTENTION", "0.15", "--attention-config.use_trtllm_attention", "vllm #32812"),
  vllm("VLLM_FLASH_ATTN_VERSION", "0.15", "--attention-config.flash_attn_version", "vllm #32812"),
  vllm("VLLM_USE_CUDNN_PREFILL", "0.15", "--attention-config.mla_prefill_backend", "vllm #32812"),
  vllm("VLLM_TORCH_PROFILER_DIR", "0.16", "--profiler-config", "removed in February 2026"),
  vllm("VLLM_USE_FLASHINFER_MOE_FP4", "0.24", "--moe-backend", "removed in June 2026"),
  vllm("VLLM_USE_FLASHINFER_MOE_FP8", "0.24", "--moe-backend", "removed in June 2026"),
  vllm("VLLM_FLASHINFER_MOE_BACKEND", "0.24", "--moe-backend", "removed in June 2026"),
  vllm("VLLM_NVFP4_GEMM_BACKEND", "0.24", "--linear-backend", "removed in June 2026"),
];
