import type { Axis, Carrying, Proof } from "./axis.ts";
import { reading, sglangField, vllmArgument, vllmField } from "./reading.ts";

/** Number format of the KV cache. `fp8` is e4m3 in both engines. */
export const kvCacheDtype: Axis = {
  id: "kv-cache-dtype",
  title: "number format of the KV cache",
  values: ["auto", "bf16", "fp8", "fp8_e4m3", "fp8_e5m2", "nvfp4"],
  reference: "auto",
  engines: {
    sglang: [
      {
        versions: ">=0.5.18",
        values: { ...sglang(["bf16", "fp8_e4m3", "fp8_e5m2", "nvfp4"]), fp8: sglangValue("fp8", "fp8_e4m3") },
        source: "sglang 0.5.18 server_args.py: --kv-cache-dtype",
      },
      {
        versions: "<0.5.18",
        values: { ...sglang(["fp8_e4m3", "fp8_e5m2"]), fp8: sglangValue("fp8", "fp8_e4m3"), bf16: sglangValue("bf16", "auto") },
        refusals: { nvfp4: "nvfp4 was first seen among the KV cache formats of SGLang 0.5.18" },
        source: "sglang 0.5.4 server_args.py; there bf16 is what auto gives an unquantised checkpoint",
      },
    ],
    vllm: [
      {
        versions: ">=0.28",
        values: { ...vllm(["fp8", "fp8_e4m3", "fp8_e5m2", "nvfp4"]), bf16: vllmValue("bf16", "bfloat16") },
        source: "vLLM 0.28 --kv-cache-dtype",
      },
      {
        versions: ">=0.11,<0.28",
        values: { ...vllm(["fp8", "fp8_e4m3", "fp8_e5m2"]), bf16: vllmValue("bf16", "bfloat16") },
        refusals: { nvfp4: "nvfp4 was first seen among the KV cache formats of vLLM 0.28" },
        source: "vLLM 0.11 --kv-cache-dtype",
      },
    ],
  },
};

/** Asking for the engine's own choice cannot fail to take effect. */
function anything(): Proof {
  return { readings: [], silenceProves: true };
}

function sglang(values: readonly string[]): Record<string, Carrying> {
  const auto: Carrying = { args: ["--kv-cache-dtype", "auto"], proof: anything() };
  return { auto, ...Object.fromEntries(values.map((value) => [value, sglangValue(value, value)])) };
}

function sglangValue(value: string, own: string): Carrying {
  const torch = { bf16: "bfloat16", fp8: "float8_e4m3fn", fp8_e4m3: "float8_e4m3fn", fp8_e5m2: "float8_e5m2" }[value];
  const done = torch === undefined ? [] : [reading(new RegExp(`Using KV cache dtype: torch\\.${torch}$`), value)];
  return {
    args: ["--kv-cache-dtype", own],
    proof: {
      readings: [
        ...done,
        reading(/Using KV cache dtype: torch\.(\w+)/, "$1"),
        ...sglangField("kv_cache_dtype", own, value),
        ...sglangField("kv_cache_dtype", "(\\w+)", "$1"),
      ],
    },
  };
}

function vllm(values: readonly string[]): Record<string, Carrying> {
  const auto: Carrying = { args: ["--kv-cache-dtype", "auto"], proof: anything() };
  return { auto, ...Object.fromEntries(values.map((value) => [value, vllmValue(value, value)])) };
}

function vllmValue(value: string, own: string): Carrying {
  return {
    args: ["--kv-cache-dtype", own],
    proof: {
      readings: [
        vllmField("kv_cache_dtype", own, value),
        // 0.17 and later print the format that a shorthand stands for.
        ...(value === "fp8" ? [vllmField("kv_cache_dtype", "fp8_e4m3", value)] : []),
        vllmField("kv_cache_dtype", "(\\w+)", "$1"),
        vllmArgument("kv_cache_dtype", own, value),
      ],
    },
  };
}
