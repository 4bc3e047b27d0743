import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { axisById, carry, reasonsFor } from "../../src/axes/index.ts";
import type { RealEngine } from "../../src/axes/index.ts";
import { cleanLine, engineFor, resolveEffects } from "../../src/engines/index.ts";
import type { ProofOfEffect, ResolvedSetting } from "../../src/model/index.ts";

function proof(engine: RealEngine, version: string, axis: string, requested: string, given: Record<string, string> = {}): ProofOfEffect {
  const found = axisById(axis);
  const carried = found === undefined ? undefined : carry(found, requested, engine, version, given);
  if (carried?.ok !== true) throw new Error(`${axis}=${requested} is not carried out by ${engine} ${version}`);
  return { axis, requested, ...(carried.carrying.proof ?? { readings: [] }) };
}

function resolved(asked: ProofOfEffect, lines: readonly string[], serverInfo?: unknown): ResolvedSetting | undefined {
  return resolveEffects([asked], { lines, serverInfo })[0];
}

function corpus(name: string): string[] {
  const engine = engineFor(name.startsWith("vllm") ? "vllm" : name.startsWith("sglang") ? "sglang" : "transformers");
  const text = readFileSync(resolve(import.meta.dirname, "../corpus/startup", name), "utf8");
  return text.split("\n").map((line) => cleanLine(line, engine));
}

const WARNING_12067 =
  "CUTLASS backend is disabled when piecewise cuda graph is enabled due to TMA descriptor initialization issues on B200. Using auto backend instead for stability.";

describe("a fallback", () => {
  // Rows: engine · version · axis · value · corpus or line · reason
  it.each([
    ["sglang", "0.5.9", "attention-backend", "cutlass", [WARNING_12067], "piecewise prefill graphs replace CUTLASS by FA2 on SM100"],
    [
      "sglang",
      "0.5.18",
      "piecewise-cuda-graph",
      "on",
      ["Disabling prefill CUDA graph (breakable) by default for the DeepSeek-V3 arch on the trtllm_mla attention backend"],
      "DeepseekV3 models (DeepSeek-R1, Kimi-K2) on trtllm_mla turn prefill graphs off",
    ],
    [
      "vllm",
      "0.32.0",
      "custom-all-reduce",
      "on",
      corpus("vllm-0.32.log"),
      "on one GPU there is nothing to reduce, and vLLM switches its kernels off",
    ],
  ] as const)("of %s %s's %s=%s is explained by a known rule", (engine, version, axis, value, lines, because) => {
    const asked = { ...proof(engine, version, axis, value, { "piecewise-cuda-graph": "on" }), reasons: reasonsFor(engine, axis, value) };
    expect(resolved(asked, lines)).toMatchObject({ effect: "fallback", because });
  });

  it("that no rule knows is stated without a reason", () => {
    const asked = { ...proof("vllm", "0.32.0", "prefix-caching", "off"), reasons: reasonsFor("vllm", "prefix-caching", "off") };
    expect(resolved(asked, corpus("vllm-0.32.log"))).not.toHaveProperty("because");
  });
});

describe("resolveEffects", () => {
  it("reports CUTLASS that gave way to FA2 as a fallback, with the line that says so", () => {
    const asked = proof("sglang", "0.5.4.post1", "attention-backend", "cutlass", { "piecewise-cuda-graph": "on" });
    expect(resolved(asked, [WARNING_12067], { attention_backend: "flashinfer" })).toEqual({
      axis: "attention-backend",
      requested: "cutlass",
      effect: "fallback",
      resolved: "fa2",
      evidence: WARNING_12067,
    });
  });

  it("takes CUTLASS as given when the backend is flashinfer and no line says otherwise", () => {
    const asked = proof("sglang", "0.5.4", "attention-backend", "cutlass");
    expect(resolved(asked, [], { attention_backend: "flashinfer" })).toMatchObject({ effect: "as-requested", resolved: "cutlass" });
    expect(resolved(asked, [], { attention_backend: "triton" })).toMatchObject({ effect: "fallback", resolved: "triton" });
  });

  // Rows: engine · version · axis · requested · corpus · effect · resolved
  it.each([
    ["sglang", "0.5.4", "piecewise-cuda-graph", "on", "sglang-0.5.4.log", "as-requested", "on"],
    ["sglang", "0.5.9", "piecewise-cuda-graph", "on", "sglang-0.5.9.log", "fallback", "off"],
    ["sglang", "0.5.9", "piecewise-cuda-graph", "off", "sglang-0.5.9.log", "as-requested", "off"],
    ["sglang", "0.5.18", "piecewise-cuda-graph", "on", "sglang-0.5.18.log", "as-requested", "on"],
    ["sglang", "0.5.18", "piecewise-cuda-graph", "off", "sglang-0.5.18.log", "fallback", "on"],
    ["sglang", "0.5.18", "attention-backend", "flashinfer", "sglang-0.5.18.log", "fallback", "trtllm_mha"],
    ["sglang", "0.5.9", "custom-all-reduce", "off", "sglang-0.5.9.log", "fallback", "flashinfer-fused"],
    ["sglang", "0.5.18", "custom-all-reduce", "on", "sglang-0.5.18.log", "as-requested", "on"],
    ["sglang", "0.5.9", "kv-cache-dtype", "fp8", "sglang-0.5.9.log", "as-requested", "fp8"],
    ["sglang", "0.5.18", "kv-cache-dtype", "fp8", "sglang-0.5.18.log", "fallback", "bfloat16"],
    ["sglang", "0.5.18", "max-batched-tokens", "8192", "sglang-0.5.18.log", "fallback", "16384"],
    ["sglang", "0.5.18", "max-sequences", "64", "sglang-0.5.18.log", "as-requested", "64"],
    ["sglang", "0.5.18", "context-length", "40960", "sglang-0.5.18.log", "as-requested", "40960"],
    ["sglang", "0.5.18", "gpu-memory", "0.850", "sglang-0.5.18.log", "as-requested", "0.85"],
    ["sglang", "0.5.18", "eager", "on", "sglang-0.5.18.log", "fallback", "off"],
    ["vllm", "0.11.0", "piecewise-cuda-graph", "on", "vllm-0.11.log", "as-requested", "on"],
    ["vllm", "0.28.0", "piecewise-cuda-graph", "off", "vllm-0.28.log", "as-requested", "off"],
    ["vllm", "0.28.0", "piecewise-cuda-graph", "on", "vllm-0.28.log", "fallback", "off"],
    ["vllm", "0.11.0", "custom-all-reduce", "off", "vllm-0.11.log", "fallback", "on"],
    ["vllm", "0.28.0", "custom-all-reduce", "off", "vllm-0.28.log", "as-requested", "off"],
    ["vllm", "0.28.0", "custom-all-reduce", "on", "vllm-0.28.log", "fallback", "off"],
    ["vllm", "0.28.0", "attention-backend", "FLASHINFER", "vllm-0.28.log", "as-requested", "FLASHINFER"],
    ["vllm", "0.28.0", "attention-backend", "flashinfer", "vllm-0.28.log", "as-requested", "flashinfer"],
    ["vllm", "0.28.0", "attention-backend", "TRITON_ATTN", "vllm-0.28.log", "fallback", "FLASHINFER"],
    ["vllm", "0.11.0", "attention-backend", "CUTLASS_MLA", "vllm-0.11.log", "as-requested", "CUTLASS_MLA"],
    ["vllm", "0.28.0", "attention-backend", "cutlass", "vllm-0.28.log", "inert", undefined],
    ["vllm", "0.28.0", "attention-backend", "fa4", "vllm-0.28.log", "unverifiable", undefined],
    ["vllm", "0.11.0", "kv-cache-dtype", "fp8", "vllm-0.11.log", "as-requested", "fp8"],
    ["vllm", "0.28.0", "kv-cache-dtype", "fp8", "vllm-0.28.log", "fallback", "auto"],
    ["vllm", "0.28.0", "kv-cache-dtype", "auto", "vllm-0.28.log", "as-requested", "auto"],
    ["vllm", "0.11.0", "max-batched-tokens", "16384", "vllm-0.11.log", "as-requested", "16384"],
    ["vllm", "0.11.0", "max-sequences", "128", "vllm-0.11.log", "as-requested", "128"],
    ["vllm", "0.11.0", "gpu-memory", "0.85", "vllm-0.11.log", "as-requested", "0.85"],
    ["vllm", "0.11.0", "quantization", "fp8", "vllm-0.11.log", "as-requested", "fp8"],
    ["vllm", "0.28.0", "quantization", "fp8", "vllm-0.28.log", "fallback", "None"],
    ["vllm", "0.28.0", "eager", "off", "vllm-0.28.log", "as-requested", "off"],
    ["vllm", "0.32.0", "eager", "on", "vllm-0.32-eager.log", "as-requested", "on"],
    ["vllm", "0.32.0", "eager", "off", "vllm-0.32.log", "as-requested", "off"],
    ["vllm", "0.32.0", "prefix-caching", "on", "vllm-0.32.log", "as-requested", "on"],
    ["vllm", "0.32.0", "prefix-caching", "off", "vllm-0.32.log", "fallback", "on"],
    ["vllm", "0.32.0", "chunked-prefill", "on", "vllm-0.32.log", "as-requested", "on"],
    ["vllm", "0.32.0", "context-length", "1024", "vllm-0.32.log", "as-requested", "1024"],
    ["vllm", "0.32.0", "tensor-parallel", "1", "vllm-0.32.log", "as-requested", "1"],
    ["vllm", "0.32.0", "speculative-decoding", "off", "vllm-0.32.log", "as-requested", "off"],
    ["vllm", "0.32.0", "all-reduce-fusion", "off", "vllm-0.32.log", "as-requested", "off"],
    // On one GPU, as on a processor, vLLM has nothing to reduce and says so of itself.
    ["vllm", "0.32.0", "custom-all-reduce", "on", "vllm-0.32.log", "fallback", "off"],
    ["vllm", "0.32.0", "piecewise-cuda-graph", "on", "vllm-0.32.log", "fallback", "off"],
    ["sglang", "0.5.9", "all-reduce-fusion", "off", "sglang-0.5.9.log", "fallback", "on"],
    ["transformers", "5.23.0", "continuous-batching", "on", "transformers-5.23.log", "as-requested", "on"],
    ["transformers", "5.23.0", "continuous-batching", "off", "transformers-5.23.log", "fallback", "on"],
    ["transformers", "5.23.0", "attention-implementation", "sdpa", "transformers-5.23.log", "unverifiable", undefined],
  ] as const)("finds in %s %s's log what became of %s=%s", (engine, version, axis, requested, log, effect, value) => {
    const found = resolved(proof(engine, version, axis, requested), corpus(log));
    expect({ effect: found?.effect, resolved: found?.resolved }).toEqual({ effect, resolved: value });
  });

  it("believes server_info over repeated arguments, and what was done over both", () => {
    const asked: ProofOfEffect = {
      axis: "limit",
      requested: "3",
      readings: [{ pattern: String.raw`limit["']?[=:](\d)`, resolved: "$1" }],
    };
    const echo = "server_args=ServerArgs(limit=1)";
    expect(resolved(asked, [echo])).toMatchObject({ resolved: "1" });
    expect(resolved(asked, [echo], { limit: 2 })).toMatchObject({ resolved: "2" });
    expect(resolved(asked, ["now limit=3", echo], { limit: 2 })).toMatchObject({ resolved: "3", effect: "as-requested" });
    expect(resolved(asked, ["now limit=3", "now limit=4"])).toMatchObject({ resolved: "4", evidence: "now limit=4" });
  });

  it("tells an inert setting from one that cannot be verified", () => {
    const readings = [{ pattern: "never", resolved: "on" }];
    expect(resolved({ axis: "a", requested: "on", readings }, ["line"])).toEqual({ axis: "a", requested: "on", effect: "inert" });
    expect(resolved({ axis: "a", requested: "on", readings: [] }, ["line"])?.effect).toBe("unverifiable");
    expect(resolved({ axis: "a", requested: "on", readings, silenceSaysNothing: true }, ["line"])?.effect).toBe("unverifiable");
    expect(resolved({ axis: "a", requested: "off", readings, silenceProves: true }, ["line"])?.effect).toBe("as-requested");
  });

  it("quotes of a line that fills a screen the part that was read", () => {
    const line = `server_args=ServerArgs(${"x=1, ".repeat(500)}attention_backend='triton', ${"y=1, ".repeat(500)})`;
    const found = resolved(proof("sglang", "0.5.18", "attention-backend", "triton"), [line]);
    expect(found?.evidence).toContain("attention_backend='triton'");
    expect(found?.evidence?.length).toBeLessThan(260);
  });
});
