import { describe, expect, it } from "vitest";
import { type RealEngine, axisById, carry } from "../../src/axes/index.ts";

/** What one value becomes: variables, then arguments; or the reason why it cannot be had. */
function written(engine: RealEngine, version: string, axis: string, value: string, given: Record<string, string> = {}): string {
  const found = axisById(axis);
  if (found === undefined) throw new Error(`no axis ${axis}`);
  const carried = carry(found, value, engine, version, given);
  if (!carried.ok) return `refused: ${carried.reason}`;
  const env = Object.entries(carried.carrying.env ?? {}).map(([name, text]) => `${name}=${text}`);
  return [...env, ...carried.carrying.args].join(" ");
}

const PREFILL = "--cuda-graph-backend-prefill";
const PAGED = "SGLANG_FLASHINFER_USE_PAGED=1 --attention-backend flashinfer";
const RAGGED = "--attention-backend flashinfer";
const FUSED_OFF = "--disable-custom-all-reduce --enforce-disable-flashinfer-allreduce-fusion";

// Rows: version · graphs on · graphs off · all-reduce off · FA2 with graphs on · FA2 with graphs off · where it is known from
const SGLANG = [
  ["0.5.3", "refused: piecewise CUDA graphs arrived in SGLang 0.5.4", "", "--disable-custom-all-reduce", undefined, undefined, "#10062"],
  ["0.5.4", "--enable-piecewise-cuda-graph", "", "--disable-custom-all-reduce", RAGGED, RAGGED, "#10062; before #12067"],
  [
    "0.5.4.post1",
    "--enable-piecewise-cuda-graph",
    "",
    "--disable-custom-all-reduce",
    RAGGED,
    RAGGED,
    "#12067; no SGLANG_FLASHINFER_USE_PAGED yet",
  ],
  [
    "0.5.9",
    "--enable-piecewise-cuda-graph",
    "",
    "--disable-custom-all-reduce",
    RAGGED,
    RAGGED,
    "#12067; no SGLANG_FLASHINFER_USE_PAGED yet",
  ],
  ["0.5.10", "", "--disable-piecewise-cuda-graph", FUSED_OFF, RAGGED, RAGGED, "#16331; no SGLANG_FLASHINFER_USE_PAGED yet"],
  ["0.5.11", "", "--disable-piecewise-cuda-graph", FUSED_OFF, RAGGED, PAGED, "environ.py of 0.5.11"],
  ["0.5.14", `${PREFILL}=tc_piecewise`, `${PREFILL}=disabled`, FUSED_OFF, RAGGED, PAGED, "#23906"],
  ["0.5.15", `${PREFILL}=breakable`, `${PREFILL}=disabled`, FUSED_OFF, PAGED, PAGED, "#29458"],
  ["0.5.18", `${PREFILL}=breakable`, `${PREFILL}=disabled`, FUSED_OFF, PAGED, PAGED, "#29458"],
  ["0.5.20", `${PREFILL}=breakable`, `${PREFILL}=disabled`, FUSED_OFF, PAGED, PAGED, "#38375"],
  ["0.5.23", `${PREFILL}=breakable`, `${PREFILL}=disabled`, FUSED_OFF, PAGED, PAGED, "#38375; help of 0.5.23"],
] as const;

describe("SGLang's flags", () => {
  it.each(SGLANG)("are right for %s", (version, on, off, allReduceOff, fa2On, fa2Off) => {
    const graphs = (value: string) => ({ "piecewise-cuda-graph": value });
    expect(written("sglang", version, "piecewise-cuda-graph", "on")).toBe(on);
    expect(written("sglang", version, "piecewise-cuda-graph", "off")).toBe(off);
    expect(written("sglang", version, "custom-all-reduce", "off")).toBe(allReduceOff);
    expect(written("sglang", version, "custom-all-reduce", "on")).toBe("");
    if (fa2On === undefined) return;
    expect(written("sglang", version, "attention-backend", "fa2", graphs("on"))).toBe(fa2On);
    expect(written("sglang", version, "attention-backend", "fa2", graphs("off"))).toBe(fa2Off);
    expect(written("sglang", version, "attention-backend", "cutlass", graphs("on"))).toBe(RAGGED);
    expect(written("sglang", version, "attention-backend", "trtllm_mha", graphs("on"))).toBe("--attention-backend trtllm_mha");
  });

  // Rows: axis · value · version · expected · where it is known from
  it.each([
    ["attention-backend", "cutlass_mla", "0.5.18", "--attention-backend cutlass_mla", "0.5.18 ATTENTION_BACKEND_CHOICES"],
    [
      "attention-backend",
      "cutlass_mla",
      "0.5.20",
      "refused: cutlass_mla is no longer among SGLang's attention backends after 0.5.18",
      "newest choices.py",
    ],
    [
      "attention-backend",
      "tokenspeed_mla",
      "0.5.9",
      "refused: tokenspeed_mla was first seen among the choices of SGLang 0.5.18",
      "0.5.18 choices",
    ],
    ["kv-cache-dtype", "fp8", "0.5.4", "--kv-cache-dtype fp8_e4m3", "0.5.4 server_args.py"],
    ["kv-cache-dtype", "bf16", "0.5.18", "--kv-cache-dtype bf16", "0.5.18 server_args.py"],
    ["max-batched-tokens", "8192", "0.5.9", "--chunked-prefill-size 8192", "--help"],
    ["max-sequences", "64", "0.5.18", "--max-running-requests 64", "--help"],
    ["gpu-memory", "0.85", "0.5.18", "--mem-fraction-static 0.85", "--help"],
    ["context-length", "32768", "0.5.18", "--context-length 32768", "--help"],
    ["quantization", "modelopt_fp4", "0.5.18", "--quantization modelopt_fp4", "0.5.18 QUANTIZATION_CHOICES"],
    ["quantization", "auto", "0.5.18", "", "left to the checkpoint"],
    ["eager", "on", "0.5.9", "--disable-cuda-graph", "0.5.4 server_args.py"],
    ["eager", "on", "0.5.10", "--disable-cuda-graph --disable-piecewise-cuda-graph", "#16331"],
    ["eager", "on", "0.5.20", "--cuda-graph-backend-decode=disabled --cuda-graph-backend-prefill=disabled", "#23906, #38375"],
    ["attention-implementation", "sdpa", "0.5.18", "refused: sglang has no translation for attention-implementation", ""],
  ])("write %s=%s in %s as %s", (axis, value, version, expected) => {
    expect(written("sglang", version, axis, value)).toBe(expected);
  });
});

const CC = "--compilation-config";
const AC = "--attention-config";
const REDUCE_OFF = `VLLM_ALLREDUCE_USE_SYMM_MEM=0 --disable-custom-all-reduce ${CC}.pass_config`;

// Rows: version · all-reduce off · FLASHINFER · CUTLASS · FA2 · where it is known from
const VLLM = [
  [
    "0.11.0",
    `${REDUCE_OFF}.enable_fi_allreduce_fusion=false`,
    "VLLM_ATTENTION_BACKEND=FLASHINFER",
    "refused: before 0.13 vLLM had no setting for the prefill kernels of MLA models",
    "refused: before 0.13 vLLM had no setting for the prefill kernels of MLA models; name FLASH_ATTN instead",
    "#26315 came later",
  ],
  ...(["0.13.0", "0.15.0"] as const).map((version) => [
    version,
    `${REDUCE_OFF}.fuse_allreduce_rms=false`,
    "--attention-backend FLASHINFER",
    `${AC}.disable_flashinfer_prefill=false ${AC}.use_trtllm_ragged_deepseek_prefill=false ${AC}.use_cudnn_prefill=false`,
    `${AC}.disable_flashinfer_prefill=true ${AC}.use_trtllm_ragged_deepseek_prefill=false ${AC}.use_cudnn_prefill=false`,
    "#26315; #32812 removed the variables in 0.15",
  ]),
  ...(["0.22.0", "0.28.0", "0.32.0", "0.33.0"] as const).map((version) => [
    version,
    `${REDUCE_OFF}.fuse_allreduce_rms=false`,
    "--attention-backend FLASHINFER",
    `${AC}.mla_prefill_backend=FLASHINFER`,
    `${AC}.mla_prefill_backend=FLASH_ATTN`,
    "#32623; #42555 removed the old fields",
  ]),
] as [string, string, string, string, string, string][];

describe("vLLM's flags", () => {
  it.each(VLLM)("are right for %s", (version, allReduceOff, flashinfer, cutlass, fa2) => {
    expect(written("vllm", version, "piecewise-cuda-graph", "on")).toBe(`${CC}.cudagraph_mode=FULL_AND_PIECEWISE`);
    expect(written("vllm", version, "piecewise-cuda-graph", "off")).toBe(`${CC}.cudagraph_mode=FULL_DECODE_ONLY`);
    expect(written("vllm", version, "custom-all-reduce", "off")).toBe(allReduceOff);
    expect(written("vllm", version, "attention-backend", "FLASHINFER")).toBe(flashinfer);
    expect(written("vllm", version, "attention-backend", "cutlass")).toBe(cutlass);
    expect(written("vllm", version, "attention-backend", "fa2")).toBe(fa2);
  });

  // Rows: axis · value · version · expected · where it is known from
  it.each([
    ["attention-backend", "fa4", "0.28.0", `--attention-backend FLASH_ATTN ${AC}.flash_attn_version=4`, "AttentionConfig"],
    ["attention-backend", "trtllm_mha", "0.28.0", `--attention-backend FLASHINFER ${AC}.use_trtllm_attention=true`, "AttentionConfig"],
    ["attention-backend", "trtllm_mla", "0.28.0", "--attention-backend FLASHINFER_MLA", "MLA decode priorities on SM100"],
    ["attention-backend", "FLASHINFER", "0.12.0", "VLLM_ATTENTION_BACKEND=FLASHINFER", "#26315"],
    ["custom-all-reduce", "off", "0.12.0", `${REDUCE_OFF}.enable_fi_allreduce_fusion=false`, "former name of the pass"],
    ["kv-cache-dtype", "fp8", "0.11.0", "--kv-cache-dtype fp8", "--help"],
    ["kv-cache-dtype", "auto", "0.28.0", "--kv-cache-dtype auto", "--help"],
    ["kv-cache-dtype", "nvfp4", "0.15.0", "refused: nvfp4 was first seen among the KV cache formats of vLLM 0.28", "0.28 choices"],
    ["max-batched-tokens", "16384", "0.11.0", "--max-num-batched-tokens 16384", "--help"],
    ["max-sequences", "128", "0.11.0", "--max-num-seqs 128", "--help"],
    ["gpu-memory", "0.85", "0.28.0", "--gpu-memory-utilization 0.85", "--help"],
    ["context-length", "32768", "0.28.0", "--max-model-len 32768", "--help"],
    ["eager", "on", "0.28.0", "--enforce-eager", "--help"],
    ["eager", "off", "0.28.0", "", "the default"],
  ])("write %s=%s in %s as %s", (axis, value, version, expected) => {
    expect(written("vllm", version, axis, value)).toBe(expected);
  });
});

describe("transformers' flags", () => {
  // Rows: axis · value · other axes · expected; all from transformers 5.23 cli/serve.py
  it.each([
    ["attention-implementation", "eager", {}, "--attn-implementation eager"],
    ["continuous-batching", "on", {}, "--continuous-batching"],
    ["continuous-batching", "off", {}, ""],
    ["eager", "off", {}, "--compile"],
    ["quantization", "bnb-4bit", {}, "--quantization bnb-4bit"],
    ["max-batched-tokens", "512", { "continuous-batching": "on" }, "--cb-max-batch-tokens 512"],
    [
      "max-batched-tokens",
      "512",
      { "continuous-batching": "off" },
      "refused: --cb-max-batch-tokens only counts with continuous-batching=on",
    ],
    ["custom-all-reduce", "off", {}, "refused: transformers has no translation for custom-all-reduce"],
  ])("write %s=%s beside %o as %s", (axis, value, given, expected) => {
    expect(written("transformers", "5.23.0", axis, value, given as Record<string, string>)).toBe(expected);
  });
});
