import { type Flag, flags } from "./flag.ts";

const KV_DTYPES = ["auto", "float16", "bfloat16", "fp8", "fp8_e4m3", "fp8_e5m2", "fp8_inc", "fp8_ds_mla", "nvfp4"];

/**
 * vLLM's arguments that a harness would use. Sources of the ranges: `--attention-backend` from vllm#26315 (0.13),
 * `-O` as optimization level from 0.12, `--cuda-graph-sizes` removed in 0.13, `--disable-log-requests` gone by 0.17.
 */
export const VLLM_FLAGS: readonly Flag[] = [
  ...flags("value", ["model_tag", "--model", "--host", "--tokenizer", "--api-key", "--chat-template", "--uds", "--root-path"]),
  ...flags("value", ["--port", "--seed", "--api-server-count", "--block-size", "--max-logprobs", "--stream-interval"], { type: "int" }),
  ...flags("values", ["--served-model-name"]),
  ...flags("value", ["--tensor-parallel-size|-tp", "--pipeline-parallel-size|-pp", "--data-parallel-size|-dp"], { type: "int" }),
  ...flags("value", ["--max-num-batched-tokens", "--max-num-seqs", "--max-num-partial-prefills", "--shutdown-timeout"], { type: "int" }),
  ...flags("value", ["--gpu-memory-utilization", "--swap-space", "--cpu-offload-gb"], { type: "float" }),
  ...flags("value", ["--max-model-len", "--quantization|-q", "--load-format", "--dtype", "--revision", "--download-dir", "--config"]),
  ...flags("value", ["--kv-cache-memory-bytes", "--distributed-executor-backend", "--generation-config", "--tokenizer-mode"]),
  ...flags("value", ["--reasoning-parser", "--tool-call-parser", "--uvicorn-log-level", "--all2all-backend", "--scheduling-policy"]),
  ...flags("value", ["--moe-backend"], { versions: ">=0.17" }),
  ...flags("value", ["--linear-backend"], { versions: ">=0.23" }),
  ...flags("value", ["--performance-mode"], { versions: ">=0.17", choices: ["balanced", "interactivity", "throughput"] }),
  ...flags("value", ["--kv-cache-dtype"], { choices: KV_DTYPES }),
  ...flags("toggle", ["--enforce-eager", "--disable-custom-all-reduce", "--enable-prefix-caching", "--enable-chunked-prefill"]),
  ...flags("toggle", ["--trust-remote-code", "--enable-expert-parallel|-ep", "--async-scheduling", "--skip-tokenizer-init"]),
  ...flags("toggle", ["--enable-flashinfer-autotune"], { versions: ">=0.12" }),
  ...flags("switch", ["--enable-auto-tool-choice", "--disable-log-stats", "--disable-uvicorn-access-log", "--enable-server-load-tracking"]),
  ...flags("switch", ["--enable-prompt-tokens-details", "--enable-force-include-usage"]),
  ...flags("switch", ["--disable-log-requests"], { versions: "<0.17" }),
  ...flags("toggle", ["--enable-log-requests"]),
  ...flags("switch", ["--fail-on-environ-validation"], { versions: ">=0.15" }),
  ...flags("value", ["--attention-backend"], { versions: ">=0.13" }),
  ...flags("json", ["--attention-config|-ac"], { versions: ">=0.13" }),
  ...flags("json", ["--compilation-config|-cc|-O"], { versions: "<0.12" }),
  ...flags("json", ["--compilation-config|-cc"], { versions: ">=0.12" }),
  ...flags("value", ["--optimization-level|-O"], { versions: ">=0.12" }),
  ...flags("json", ["--speculative-config|-sc", "--kv-transfer-config", "--hf-overrides", "--limit-mm-per-prompt", "--profiler-config"]),
  ...flags("value", ["--max-cudagraph-capture-size"], { versions: ">=0.11.1", type: "int" }),
  ...flags("values", ["--cudagraph-capture-sizes"], { versions: ">=0.11.1", type: "int" }),
  ...flags("values", ["--cuda-graph-sizes"], { versions: "<0.13", type: "int" }),
];
