import type { Settings } from "../settings.ts";
import { inVersions } from "../versions.ts";
import { repr } from "./step.ts";

/** The line that says which attention backend won. */
export function attentionText(settings: Settings): string {
  const backend = String(settings.effective["attention-backend"]);
  const potential = backend.endsWith("MLA")
    ? ["FLASHINFER_MLA", "TOKENSPEED_MLA", "CUTLASS_MLA", "FLASH_ATTN_MLA"]
    : ["FLASHINFER", "FLASH_ATTN", "TRITON_ATTN", "FLEX_ATTENTION"];
  return `Using ${backend} attention backend out of potential backends: ${repr(potential)}.`;
}

/** The engine's configuration as one Python expression, cut to the fields that a reader needs. */
export function configText({ resolved, effective, model, version }: Settings): string {
  const compilation = resolved["compilation_config"] as { cudagraph_mode: string; pass_config: { fuse_allreduce_rms: boolean } };
  const fields: Record<string, unknown> = {
    model,
    tokenizer: model,
    max_seq_len: effective["context-length"],
    tensor_parallel_size: effective["tensor-parallel"],
    disable_custom_all_reduce: resolved["disable_custom_all_reduce"],
    quantization: resolved["quantization"],
    enforce_eager: resolved["enforce_eager"],
    kv_cache_dtype: effective["kv-cache-dtype"],
    seed: resolved["seed"],
    served_model_name: resolved["served_model_name"],
    enable_prefix_caching: resolved["enable_prefix_caching"],
  };
  const plain = Object.entries(fields).map(([name, value]) => `${name}=${name === "kv_cache_dtype" ? String(value) : repr(value)}`);
  const fuse = inVersions(version, "<=0.12") ? "enable_fi_allreduce_fusion" : "fuse_allreduce_rms";
  return (
    `${plain.join(", ")}, compilation_config={'mode': <CompilationMode.VLLM_COMPILE: 3>, 'cudagraph_mode': ` +
    `<CUDAGraphMode.${compilation.cudagraph_mode}: ${graphModeValue(compilation.cudagraph_mode)}>, ` +
    `'pass_config': {'${fuse}': ${repr(compilation.pass_config.fuse_allreduce_rms)}}}`
  );
}

function graphModeValue(mode: string): string {
  return { NONE: "0", PIECEWISE: "1", FULL: "2", FULL_DECODE_ONLY: "(2, 0)", FULL_AND_PIECEWISE: "(2, 1)" }[mode] ?? "0";
}
