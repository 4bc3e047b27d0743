import type { ParsedFlags } from "./flags/index.ts";
import { type Settings, architectureOf, onOff } from "./settings.ts";
import { inVersions } from "./versions.ts";

/** Variables that a version once read and now only warns about (vllm#32812, 0.15). */
const REMOVED_VARIABLES = ["VLLM_ATTENTION_BACKEND", "VLLM_USE_TRTLLM_ATTENTION", "VLLM_FLASH_ATTN_VERSION", "VLLM_USE_CUDNN_PREFILL"];

/** What vLLM would make of a parsed command line on eight B200 (SM100), by the rules of that version. */
export function resolveVllm(flags: ParsedFlags, version: string, env: NodeJS.ProcessEnv): Settings {
  const model = flags.value.get("model_tag") ?? flags.value.get("model") ?? "";
  const number = (name: string, otherwise: number): number => Number(flags.value.get(name) ?? otherwise);
  const architecture = architectureOf(model);
  const tp = number("tensor-parallel-size", 1);
  const compilation = flags.json.get("compilation-config") ?? {};
  const mode = graphMode(flags, version, compilation);
  const customAllReduce = tp > 1 && !flags.on.has("disable-custom-all-reduce");
  const pass = compilation["pass_config"] as Readonly<Record<string, unknown>> | undefined;
  const fusedAsked = pass?.["fuse_allreduce_rms"] ?? pass?.["enable_fi_allreduce_fusion"];
  const fused =
    tp > 1 &&
    (fusedAsked === undefined
      ? !/^[01]$/.test(flags.value.get("optimization-level") ?? "") && !flags.on.has("enforce-eager")
      : fusedAsked === true);
  const attention = attentionOf(flags, version, env, architecture);
  const names = (flags.value.get("served-model-name") ?? model).split(" ");
  const host = flags.value.get("host") ?? "0.0.0.0";
  const port = number("port", 8000);
  const allReduceBackends =
    tp === 1
      ? []
      : [
          ...(env["VLLM_USE_NCCL_SYMM_MEM"] === "1" ? ["NCCL_SYMM_MEM"] : []),
          ...(env["VLLM_ALLREDUCE_USE_FLASHINFER"] === "1" ? ["FLASHINFER"] : []),
          ...(customAllReduce ? ["CUSTOM"] : []),
          ...(env["VLLM_ALLREDUCE_USE_SYMM_MEM"] === "0" ? [] : ["SYMM_MEM"]),
          "PYNCCL",
        ];
  const effective = {
    "prefill-graph": onOff(["PIECEWISE", "FULL", "FULL_AND_PIECEWISE"].includes(mode)),
    "prefill-graph-backend": /PIECEWISE/.test(mode) ? "piecewise" : mode === "FULL" ? "full" : "disabled",
    "decode-graph": onOff(mode !== "NONE"),
    eager: onOff(flags.on.has("enforce-eager")),
    "attention-backend": attention.backend,
    "attention-kernel": attention.kernel,
    "all-reduce": onOff(customAllReduce),
    "fused-all-reduce": onOff(fused),
    "kv-cache-dtype": flags.value.get("kv-cache-dtype") ?? "auto",
    "max-batched-tokens": number("max-num-batched-tokens", 8192),
    "max-sequences": number("max-num-seqs", 1024),
    "gpu-memory": number("gpu-memory-utilization", 0.92),
    "context-length": contextLength(flags.value.get("max-model-len")),
    quantization: flags.value.get("quantization") ?? "none",
    "tensor-parallel": tp,
  };
  return {
    dialect: "vllm",
    version,
    model,
    servedName: names[0] ?? model,
    host,
    port,
    seed: number("seed", 0),
    effective,
    allReduceBackends,
    architecture,
    warnings: inVersions(version, ">=0.15")
      ? REMOVED_VARIABLES.filter((name) => env[name] !== undefined).map((name) => `Unknown vLLM environment variable detected: ${name}`)
      : [],
    resolved: {
      model,
      served_model_name: names[0] ?? model,
      max_model_len: effective["context-length"],
      tensor_parallel_size: tp,
      // On one GPU vLLM switches them off by itself, and prints that.
      disable_custom_all_reduce: tp === 1 || flags.on.has("disable-custom-all-reduce"),
      enforce_eager: flags.on.has("enforce-eager"),
      kv_cache_dtype: effective["kv-cache-dtype"],
      quantization: flags.value.get("quantization") ?? null,
      gpu_memory_utilization: effective["gpu-memory"],
      max_num_batched_tokens: effective["max-batched-tokens"],
      max_num_seqs: effective["max-sequences"],
      enable_prefix_caching: !flags.off.has("enable-prefix-caching"),
      attention_backend: attention.backend,
      all_reduce_backends: allReduceBackends,
      compilation_config: { cudagraph_mode: mode, pass_config: { fuse_allreduce_rms: fused } },
      seed: number("seed", 0),
    },
    metrics: true,
    serverInfo: env["VLLM_SERVER_DEV_MODE"] === "1",
  };
}

function graphMode(flags: ParsedFlags, version: string, compilation: Readonly<Record<string, unknown>>): string {
  const level = flags.value.get("optimization-level");
  if (flags.on.has("enforce-eager") || level === "0") return "NONE";
  const asked = compilation["cudagraph_mode"];
  if (typeof asked === "string") return asked.toUpperCase();
  if (level === "1") return "PIECEWISE";
  return inVersions(version, ">=0.11") ? "FULL_AND_PIECEWISE" : "PIECEWISE";
}

function attentionOf(
  flags: ParsedFlags,
  version: string,
  env: NodeJS.ProcessEnv,
  architecture: string,
): { backend: string; kernel: string } {
  const config = flags.json.get("attention-config") ?? {};
  const latent = architecture === "DeepseekV3ForCausalLM";
  const variable = inVersions(version, "<0.15") ? env["VLLM_ATTENTION_BACKEND"] : undefined;
  const asked = flags.value.get("attention-backend") ?? (config["backend"] as string | undefined) ?? variable;
  const backend = asked ?? (latent ? "FLASHINFER_MLA" : "FLASHINFER");
  if (latent) return { backend, kernel: config["mla_prefill_backend"] === "FLASHINFER" || backend === "CUTLASS_MLA" ? "cutlass" : "fa2" };
  if (backend === "FLASHINFER") return { backend, kernel: config["use_trtllm_attention"] === false ? "fa2" : "trtllm-gen" };
  if (backend === "FLASH_ATTN") return { backend, kernel: `fa${(config["flash_attn_version"] as number | undefined) ?? 4}` };
  return { backend, kernel: backend.toLowerCase() };
}

/** vLLM reads `32k` as 32,000 and `32K` as 32,768; `auto` and `-1` leave it to the model. */
function contextLength(text: string | undefined): number {
  const match = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(text ?? "");
  if (match === null) return 40_960;
  const unit = { k: 1000, K: 1024, m: 1_000_000, M: 1_048_576 }[match[2] ?? ""] ?? 1;
  return Math.floor(Number(match[1]) * unit);
}
