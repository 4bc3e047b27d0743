import { type Flag, flags } from "./flag.ts";

const ATTENTION =
  "triton torch_native flex_attention nsa fa3 fa4 flashinfer flashmla trtllm_mla trtllm_mha aiter wave intel_amx ascend intel_xpu".split(
    " ",
  );
/** Gone from the list of choices between 0.5.18 and the newest source. */
const OLD_ATTENTION = ["cutlass_mla", "dual_chunk_flash_attn"];
const PREFILL_GRAPHS = ["breakable", "tc_piecewise", "full", "disabled"];

/**
 * SGLang's arguments that a harness would use. Version ranges follow the releases in which a flag was registered: piecewise
 * flags from sglang#10062 (0.5.4), default reversed by #16331 (0.5.10), renamed by #23906 (0.5.14), aliases removed by #38375.
 */
export const SGLANG_FLAGS: readonly Flag[] = [
  ...flags("value", ["--model-path|--model", "--tokenizer-path", "--host", "--served-model-name", "--api-key", "--chat-template"]),
  ...flags("value", ["--port", "--nccl-port", "--random-seed", "--base-gpu-id", "--nnodes", "--node-rank"], { type: "int" }),
  ...flags("value", ["--tp-size|--tp|--tensor-parallel-size", "--pp-size|--pp|--pipeline-parallel-size"], { type: "int" }),
  ...flags("value", ["--dp-size|--dp|--data-parallel-size", "--ep-size|--ep|--expert-parallel-size"], { type: "int" }),
  ...flags("value", ["--context-length", "--max-running-requests", "--max-total-tokens", "--chunked-prefill-size"], { type: "int" }),
  ...flags("value", ["--max-prefill-tokens", "--page-size", "--stream-interval", "--decode-log-interval"], { type: "int" }),
  ...flags("value", ["--mem-fraction-static", "--watchdog-timeout", "--dist-timeout", "--schedule-conservativeness"], { type: "float" }),
  ...flags("value", ["--quantization", "--load-format", "--dtype", "--device", "--log-level", "--tokenizer-mode", "--revision"]),
  ...flags("value", ["--moe-runner-backend", "--moe-a2a-backend", "--download-dir", "--config", "--sampling-backend", "--schedule-policy"]),
  ...flags("value", ["--reasoning-parser", "--tool-call-parser", "--json-model-override-args", "--sampling-defaults"]),
  ...flags("value", ["--kv-cache-dtype"], {
    choices: ["auto", "bf16", "bfloat16", "fp8_e4m3", "fp8_e5m2", "fp4_e2m1", "mxfp8", "nvfp4"],
  }),
  ...flags("value", ["--attention-backend", "--prefill-attention-backend", "--decode-attention-backend"], {
    choices: [...ATTENTION, ...OLD_ATTENTION],
    versions: "<0.5.20",
  }),
  ...flags("value", ["--attention-backend", "--prefill-attention-backend", "--decode-attention-backend"], {
    choices: [...ATTENTION, "dsa", "cutedsl_mla", "tokenspeed_mla"],
    versions: ">=0.5.20",
  }),
  ...flags("switch", ["--trust-remote-code", "--skip-tokenizer-init", "--enable-metrics", "--disable-radix-cache", "--skip-server-warmup"]),
  ...flags("switch", [
    "--disable-custom-all-reduce",
    "--enable-mscclpp",
    "--enable-nccl-nvls",
    "--enable-symm-mem",
    "--enable-torch-symm-mem",
  ]),
  ...flags("switch", ["--enable-torch-compile", "--enable-dp-attention", "--enable-deterministic-inference", "--disable-overlap-schedule"]),
  ...flags("switch", ["--disable-cuda-graph-padding", "--enable-cudagraph-gc", "--enable-cache-report", "--log-requests"]),
  ...flags("switch", ["--flashinfer-mla-disable-ragged", "--disable-flashinfer-autotune", "--enable-mixed-chunk"]),
  ...flags("switch", ["--disable-cuda-graph", "--enable-flashinfer-allreduce-fusion"], { versions: "<0.5.20" }),
  ...flags("switch", ["--enforce-disable-flashinfer-allreduce-fusion"], { versions: ">=0.5.10" }),
  ...flags("value", ["--flashinfer-allreduce-fusion-backend"], { versions: ">=0.5.14", choices: ["auto", "trtllm", "mnnvl"] }),
  // Prefill graphs, oldest spelling first.
  ...flags("switch", ["--enable-piecewise-cuda-graph"], { versions: ">=0.5.4,<0.5.14" }),
  ...flags("switch", ["--disable-piecewise-cuda-graph"], { versions: ">=0.5.10,<0.5.20" }),
  ...flags("switch", ["--enforce-piecewise-cuda-graph"], { versions: ">=0.5.10,<0.5.20" }),
  ...flags("value", ["--piecewise-cuda-graph-max-tokens"], { versions: ">=0.5.4,<0.5.20", type: "int" }),
  ...flags("values", ["--piecewise-cuda-graph-tokens"], { versions: ">=0.5.4,<0.5.20", type: "int" }),
  ...flags("value", ["--piecewise-cuda-graph-compiler"], { versions: ">=0.5.4,<0.5.20", choices: ["eager", "inductor"] }),
  ...flags("value", ["--cuda-graph-max-bs"], { versions: "<0.5.20", type: "int" }),
  ...flags("values", ["--cuda-graph-bs"], { versions: "<0.5.20", type: "int" }),
  ...flags("value", ["--cuda-graph-backend-prefill"], { versions: ">=0.5.14", choices: PREFILL_GRAPHS }),
  ...flags("value", ["--cuda-graph-backend-decode"], { versions: ">=0.5.14", choices: ["full", "breakable", "tc_piecewise", "disabled"] }),
  ...flags("switch", ["--disable-prefill-cuda-graph", "--disable-decode-cuda-graph", "--debug-cuda-graph"], { versions: ">=0.5.14" }),
  ...flags("value", ["--cuda-graph-max-bs-prefill", "--cuda-graph-max-bs-decode"], { versions: ">=0.5.14", type: "int" }),
  ...flags("values", ["--cuda-graph-bs-prefill", "--cuda-graph-bs-decode"], { versions: ">=0.5.14", type: "int" }),
  ...flags("value", ["--cuda-graph-tc-compiler"], { versions: ">=0.5.14", choices: ["eager", "inductor"] }),
  ...flags("json", ["--cuda-graph-config"], { versions: ">=0.5.14" }),
];
