import type { ParsedFlags } from "./flags/index.ts";
import type { Scenario } from "./scenario.ts";
import { type Settings, architectureOf, onOff } from "./settings.ts";
import { inVersions } from "./versions.ts";

const FALLBACK =
  "CUTLASS backend is disabled when piecewise cuda graph is enabled due to TMA descriptor initialization issues on B200. " +
  "Using auto backend instead for stability.";

/** What SGLang would make of a parsed command line on eight B200 (SM100), by the rules of that version. */
export function resolveSglang(flags: ParsedFlags, version: string, env: NodeJS.ProcessEnv, scenario: Scenario): Settings {
  const model = flags.value.get("model-path") ?? "";
  const number = (name: string, otherwise: number): number => Number(flags.value.get(name) ?? otherwise);
  const tp = number("tp-size", 1);
  const architecture = architectureOf(model);
  const prefill = prefillGraph(flags, version);
  const backend =
    flags.value.get("prefill-attention-backend") ?? flags.value.get("attention-backend") ?? defaultAttention(version, architecture);
  const { kernel, fellBack } = attentionKernel(backend, prefill.backend, version, env, scenario);
  const customAllReduce = tp > 1 && !flags.on.has("disable-custom-all-reduce");
  // The release that gave the automatism its off-switch is taken as the one that brought it.
  const fusesByItself = architecture === "DeepseekV3ForCausalLM" && inVersions(version, ">=0.5.10");
  const fusion = fusesByItself || flags.on.has("enable-flashinfer-allreduce-fusion");
  const fused = tp > 1 && fusion && !flags.on.has("enforce-disable-flashinfer-allreduce-fusion");
  const decodeGraph =
    !flags.on.has("disable-cuda-graph") &&
    !flags.on.has("disable-decode-cuda-graph") &&
    flags.value.get("cuda-graph-backend-decode") !== "disabled";
  const effective = {
    "prefill-graph": onOff(prefill.backend !== "disabled"),
    "prefill-graph-backend": prefill.backend,
    "decode-graph": onOff(decodeGraph),
    eager: onOff(!decodeGraph && prefill.backend === "disabled"),
    "attention-backend": backend,
    "attention-kernel": kernel,
    "all-reduce": onOff(customAllReduce),
    "fused-all-reduce": onOff(fused),
    "kv-cache-dtype": flags.value.get("kv-cache-dtype") ?? "auto",
    "max-batched-tokens": number("chunked-prefill-size", 16_384),
    "max-sequences": number("max-running-requests", 2048),
    "gpu-memory": number("mem-fraction-static", 0.85),
    "context-length": number("context-length", 40_960),
    quantization: flags.value.get("quantization") ?? "none",
    "tensor-parallel": tp,
  };
  const servedName = flags.value.get("served-model-name") ?? model;
  const host = flags.value.get("host") ?? "127.0.0.1";
  const port = number("port", 30_000);
  return {
    dialect: "sglang",
    version,
    model,
    servedName,
    host,
    port,
    seed: number("random-seed", 0),
    effective,
    allReduceBackends: customAllReduce ? ["CUSTOM", "PYNCCL"] : tp > 1 ? ["PYNCCL"] : [],
    architecture,
    warnings: [
      ...prefill.warnings,
      ...(flags.value.has("attention-backend") ? [] : [`Attention backend not explicitly specified. Use ${backend} backend by default.`]),
      ...(fused && fusesByItself ? [`Auto-enabling FlashInfer AllReduce Fusion on SM90/SM10X for ${architecture}`] : []),
    ],
    // The line exists from 0.5.4.post1 and went away when the test moved to `check_cuda_graph_backend` in 0.5.14.
    ...(fellBack && inVersions(version, "<0.5.14") ? { fallbackWarning: FALLBACK } : {}),
    resolved: {
      model_path: model,
      tokenizer_path: flags.value.get("tokenizer-path") ?? model,
      load_format: flags.value.get("load-format") ?? "auto",
      trust_remote_code: flags.on.has("trust-remote-code"),
      context_length: flags.value.has("context-length") ? effective["context-length"] : null,
      served_model_name: servedName,
      host,
      port,
      quantization: flags.value.get("quantization") ?? null,
      kv_cache_dtype: effective["kv-cache-dtype"],
      mem_fraction_static: effective["gpu-memory"],
      max_running_requests: flags.value.has("max-running-requests") ? effective["max-sequences"] : null,
      chunked_prefill_size: effective["max-batched-tokens"],
      max_prefill_tokens: 16_384,
      tp_size: tp,
      random_seed: number("random-seed", 0),
      attention_backend: backend,
      prefill_attention_backend: flags.value.get("prefill-attention-backend") ?? null,
      decode_attention_backend: flags.value.get("decode-attention-backend") ?? null,
      enable_metrics: flags.on.has("enable-metrics"),
      disable_radix_cache: flags.on.has("disable-radix-cache"),
      disable_custom_all_reduce: flags.on.has("disable-custom-all-reduce"),
      enable_symm_mem: flags.on.has("enable-symm-mem"),
      enable_flashinfer_allreduce_fusion: fused,
      ...graphFields(version, prefill.backend, decodeGraph),
    },
    metrics: flags.on.has("enable-metrics"),
    serverInfo: true,
  };
}

function prefillGraph(flags: ParsedFlags, version: string): { backend: string; warnings: readonly string[] } {
  const config = flags.json.get("cuda-graph-config")?.["prefill"] as { backend?: string } | undefined;
  const explicit = config?.backend ?? flags.value.get("cuda-graph-backend-prefill");
  if (explicit !== undefined) return { backend: explicit, warnings: [] };
  if (flags.on.has("disable-prefill-cuda-graph")) return { backend: "disabled", warnings: [] };
  if (flags.on.has("disable-piecewise-cuda-graph")) {
    const renamed =
      "'--disable-piecewise-cuda-graph' is deprecated and will be removed in a future release. Use '--cuda-graph-backend-prefill=disabled' instead.";
    return { backend: "disabled", warnings: inVersions(version, ">=0.5.14") ? [renamed] : [] };
  }
  const asked = flags.on.has("enable-piecewise-cuda-graph");
  if (inVersions(version, "<0.5.10")) return { backend: asked ? "tc_piecewise" : "disabled", warnings: [] };
  const noop = asked
    ? ["The command line argument '--enable-piecewise-cuda-graph' is deprecated and will be removed in future versions."]
    : [];
  const backend = inVersions(version, ">=0.5.15") ? "breakable" : "tc_piecewise";
  // The engine turns its default off without a word under these flags.
  const silent = ["enable-torch-compile", "enable-dp-attention", "enable-symm-mem", "enable-deterministic-inference", "debug-cuda-graph"];
  const off = backend === "tc_piecewise" && !flags.on.has("enforce-piecewise-cuda-graph") && silent.some((name) => flags.on.has(name));
  return { backend: off ? "disabled" : backend, warnings: noop };
}

function defaultAttention(version: string, architecture: string): string {
  if (architecture === "DeepseekV3ForCausalLM") return "trtllm_mla";
  return inVersions(version, ">=0.5.7") ? "trtllm_mha" : "flashinfer";
}

/** CUTLASS or FA2 is no flag: it is decided inside the flashinfer backend by the prefill graph (sglang#12067). */
function attentionKernel(
  backend: string,
  graph: string,
  version: string,
  env: NodeJS.ProcessEnv,
  scenario: Scenario,
): { kernel: string; fellBack: boolean } {
  if (backend !== "flashinfer") return { kernel: backend.startsWith("trtllm") ? "trtllm-gen" : backend, fellBack: false };
  if (/^(1|true|yes)$/i.test(env["SGLANG_FLASHINFER_USE_PAGED"] ?? "")) return { kernel: "fa2", fellBack: false };
  const able = scenario["cutlass-fallback"] === "by-version" ? inVersions(version, ">=0.5.4.post1") : scenario["cutlass-fallback"] === "on";
  const fellBack = graph === "tc_piecewise" && able;
  return { kernel: fellBack ? "fa2" : "cutlass", fellBack };
}

function graphFields(version: string, prefill: string, decodeGraph: boolean): Record<string, unknown> {
  if (inVersions(version, ">=0.5.14")) {
    return {
      cuda_graph_config: {
        decode: { backend: decodeGraph ? "full" : "disabled", max_bs: 512 },
        prefill: { backend: prefill, max_bs: 2048 },
      },
    };
  }
  const name = inVersions(version, "<0.5.10") ? "enable_piecewise_cuda_graph" : "disable_piecewise_cuda_graph";
  return { disable_cuda_graph: !decodeGraph, [name]: (prefill !== "disabled") === name.startsWith("enable") };
}
