import type { AxisId, EngineId, ProofOfEffect } from "../model/index.ts";

/** Something an engine switches off by itself. */
export interface AutoDisable {
  readonly engine: EngineId;
  readonly axis: AxisId;
  /** The value that is taken back. */
  readonly value: string;
  /** What the engine prints when it does so. */
  readonly says: RegExp;
  readonly because: string;
  readonly source: string;
}

/** Known reasons for which an engine does not do what it was asked, so that a fallback can be explained and not only stated. */
export const autoDisable: readonly AutoDisable[] = [
  {
    engine: "sglang",
    axis: "piecewise-cuda-graph",
    value: "on",
    says: /Disabling prefill CUDA graph .*for the DeepSeek-V3 arch on the trtllm_mla attention backend/,
    because: "DeepseekV3 models (DeepSeek-R1, Kimi-K2) on trtllm_mla turn prefill graphs off",
    source: "sglang cuda_graph_hook.py",
  },
  {
    engine: "sglang",
    axis: "piecewise-cuda-graph",
    value: "on",
    says: /Breakable CUDA graph is incompatible with .+; disabling prefill CUDA graph/,
    because: "the model or the parallelism cannot run breakable prefill graphs",
    source: "sglang cuda_graph_hook.py",
  },
  {
    engine: "sglang",
    axis: "piecewise-cuda-graph",
    value: "on",
    says: /Disable piecewise CUDA graph because/,
    because: "SGLang gives the reason in its own line",
    source: "sglang 0.5.9 model_runner.py",
  },
  {
    engine: "sglang",
    axis: "attention-backend",
    value: "cutlass",
    says: /CUTLASS backend is disabled when piecewise cuda graph is enabled/,
    because: "piecewise prefill graphs replace CUTLASS by FA2 on SM100",
    source: "sglang #12067",
  },
  {
    engine: "vllm",
    axis: "piecewise-cuda-graph",
    value: "on",
    says: /CUDAGraphMode\.\w+ is not supported with .+ backend/,
    because: "the attention backend cannot be captured in this mode",
    source: "vLLM config/compilation.py",
  },
  {
    engine: "vllm",
    axis: "custom-all-reduce",
    value: "on",
    says: /Custom allreduce is disabled because/,
    because: "vLLM gives the reason in its own line: world size, PCIe or no peer access",
    source: "vLLM custom_all_reduce.py",
  },
  {
    engine: "vllm",
    axis: "custom-all-reduce",
    value: "on",
    says: /Initializing a V\d LLM engine .*tensor_parallel_size=1,.*disable_custom_all_reduce=True/,
    because: "on one GPU there is nothing to reduce, and vLLM switches its kernels off",
    source: "start-up log of vLLM 0.32",
  },
  {
    engine: "vllm",
    axis: "attention-backend",
    value: "trtllm_mha",
    says: /Failed to connect to NVIDIA artifactory/,
    because: "without a way to NVIDIA's artifactory or the cubin package vLLM leaves TRTLLM attention",
    source: "vllm #57644",
  },
];

/** The rules by which this engine may take this value back, as data for a proof. */
export function reasonsFor(engine: EngineId, axis: AxisId, value: string): NonNullable<ProofOfEffect["reasons"]> {
  return autoDisable
    .filter((rule) => rule.engine === engine && rule.axis === axis && rule.value === value)
    .map(({ says, because }) => ({ pattern: says.source, because }));
}
