import { describe, expect, it } from "vitest";
import { argparse, programs } from "../../src/rehearsal/flags/index.ts";
import { pace } from "../../src/rehearsal/law.ts";
import { resolveSglang } from "../../src/rehearsal/resolve-sglang.ts";
import { resolveVllm } from "../../src/rehearsal/resolve-vllm.ts";
import { matches, script } from "../../src/rehearsal/rules.ts";
import { builtInScenarios } from "../../src/rehearsal/index.ts";
import { type Dialect, type ScenarioText, completed } from "../../src/rehearsal/scenario.ts";
import type { Settings } from "../../src/rehearsal/settings.ts";

function settingsOf(
  dialect: Dialect,
  version: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  scenario: ScenarioText = {},
): Settings {
  const parsed = argparse(programs[dialect], version, dialect === "vllm" ? ["tiny", ...argv] : ["--model-path", "tiny", ...argv]);
  if (!parsed.ok) throw new Error(parsed.stderr);
  return dialect === "vllm" ? resolveVllm(parsed.flags, version, env) : resolveSglang(parsed.flags, version, env, completed(scenario));
}

const FLASHINFER = ["--attention-backend", "flashinfer"];
const PAGED = { SGLANG_FLASHINFER_USE_PAGED: "1" };

describe("what SGLang makes of its flags", () => {
  it.each([
    ["0.5.4", [], {}, "disabled", "cutlass", "off"],
    ["0.5.4", ["--enable-piecewise-cuda-graph"], {}, "tc_piecewise", "cutlass", "off"],
    ["0.5.4.post1", ["--enable-piecewise-cuda-graph"], {}, "tc_piecewise", "fa2", "on"],
    ["0.5.4.post1", ["--enable-piecewise-cuda-graph"], PAGED, "tc_piecewise", "fa2", "off"],
    ["0.5.4", [], PAGED, "disabled", "fa2", "off"],
    ["0.5.10", [], {}, "tc_piecewise", "fa2", "on"],
    ["0.5.10", ["--disable-piecewise-cuda-graph"], {}, "disabled", "cutlass", "off"],
    ["0.5.14", ["--enable-symm-mem"], {}, "disabled", "cutlass", "off"],
    ["0.5.18", [], {}, "breakable", "cutlass", "off"],
    ["0.5.18", ["--cuda-graph-backend-prefill=tc_piecewise"], {}, "tc_piecewise", "fa2", "off"],
    ["0.5.18", ["--cuda-graph-config", '{"prefill":{"backend":"disabled"}}'], {}, "disabled", "cutlass", "off"],
  ] as const)("%s with %j %j runs prefill graphs %s and the %s kernel, fallback warning %s", (version, argv, env, graph, kernel, warns) => {
    const settings = settingsOf("sglang", version, [...FLASHINFER, ...argv], env);
    expect([settings.effective["prefill-graph-backend"], settings.effective["attention-kernel"]]).toEqual([graph, kernel]);
    expect(settings.fallbackWarning === undefined ? "off" : "on").toBe(warns);
  });

  it("has no all-reduce with one GPU", () => {
    expect(settingsOf("sglang", "0.5.4", []).effective["all-reduce"]).toBe("off");
    expect(settingsOf("sglang", "0.5.4", ["--tp", "2"]).effective["all-reduce"]).toBe("on");
    expect(settingsOf("sglang", "0.5.4", ["--tp", "2", "--disable-custom-all-reduce"]).effective["all-reduce"]).toBe("off");
  });
});

describe("what vLLM makes of its flags", () => {
  it.each([
    [["-tp", "8"], {}, ["CUSTOM", "SYMM_MEM", "PYNCCL"], "on", "on"],
    [["-tp", "8", "--disable-custom-all-reduce"], { VLLM_ALLREDUCE_USE_SYMM_MEM: "0" }, ["PYNCCL"], "on", "on"],
    [["-tp", "8", "-cc.pass_config.fuse_allreduce_rms=false"], {}, ["CUSTOM", "SYMM_MEM", "PYNCCL"], "off", "on"],
    [["--compilation-config", '{"cudagraph_mode":"FULL_DECODE_ONLY"}'], {}, [], "off", "off"],
    [["--enforce-eager", "-tp", "2"], {}, ["CUSTOM", "SYMM_MEM", "PYNCCL"], "off", "off"],
  ] as const)("%j %j gives all-reduce %j, fused %s, prefill graphs %s", (argv, env, backends, fused, prefill) => {
    const settings = settingsOf("vllm", "0.28.0", argv, env);
    expect(settings.allReduceBackends).toEqual(backends);
    expect([settings.effective["fused-all-reduce"], settings.effective["prefill-graph"]]).toEqual([fused, prefill]);
  });

  it("ignores a removed variable and says so from 0.15 on", () => {
    const env = { VLLM_ATTENTION_BACKEND: "FLASH_ATTN" };
    expect(settingsOf("vllm", "0.14.0", [], env).effective["attention-backend"]).toBe("FLASH_ATTN");
    const newer = settingsOf("vllm", "0.15.0", [], env);
    expect(newer.effective["attention-backend"]).toBe("FLASHINFER");
    expect(newer.warnings).toEqual(["Unknown vLLM environment variable detected: VLLM_ATTENTION_BACKEND"]);
  });
});

describe("a rule", () => {
  it.each([
    ["on", true, true],
    ["off", true, false],
    ["fp8", ["fp8", "fp8_e4m3"], true],
    ["auto", ["fp8", "fp8_e4m3"], false],
    [16384, ">=16384", true],
    [16383, ">=16384", false],
    [128, "<129", true],
    [0.9, 0.9, true],
  ] as const)("compares %j with %j: %s", (value, wanted, result) => {
    expect(matches(value, wanted)).toBe(result);
  });

  it("of the Kimi story strikes for each heavy setting alone, and only with custom all-reduce", () => {
    const scenario = completed(builtInScenarios["vllm-kimi-k2"] ?? {});
    const dies = (...argv: string[]): boolean =>
      script(scenario, settingsOf("vllm", "0.28.0", ["-tp", "8", ...argv])).crisis("graphs")?.die === "kimi-tma-700";
    const light = ["--max-num-seqs", "64"];
    expect(dies(...light)).toBe(false);
    expect(dies(...light, "--kv-cache-dtype", "fp8")).toBe(true);
    expect(dies(...light, "--max-num-batched-tokens", "16384")).toBe(true);
    expect(dies("--max-num-seqs", "128")).toBe(true);
    expect(dies("--max-num-seqs", "128", "--kv-cache-dtype", "fp8", "--disable-custom-all-reduce")).toBe(false);
  });

  it("of half the SGLang fix slows exactly one of the eight cells, by 40 %", () => {
    const scenario = builtInScenarios["sglang-12067-head"] ?? {};
    const outcomes = [true, false].flatMap((graph) =>
      [true, false].flatMap((paged) =>
        [true, false].map((reduce) => {
          const argv = [
            "--tp",
            "4",
            ...FLASHINFER,
            ...(graph ? ["--enable-piecewise-cuda-graph"] : []),
            ...(reduce ? [] : ["--disable-custom-all-reduce"]),
          ];
          const played = script(completed(scenario), settingsOf("sglang", "0.5.4", argv, paged ? PAGED : {}, scenario));
          return played.crisis("graphs")?.die ?? played.onRequest(1).slow;
        }),
      ),
    );
    expect(outcomes).toEqual([1, 1, "tma-invalid", "tma-invalid", 1, 1.4, 1, 1]);
  });

  it("waits for its request", () => {
    const rules = [
      { at: 3, "wrong-answers": 0.5 },
      { at: 5, die: "die-mid-run" },
    ] as const;
    const played = script(completed({ rules }), settingsOf("vllm", "0.28.0", []));
    expect([1, 3, 5].map((number) => [played.onRequest(number).wrongAnswers, played.onRequest(number).strike?.die])).toEqual([
      [0, undefined],
      [0.5, undefined],
      [0.5, "die-mid-run"],
    ]);
  });
});

describe("the latency law", () => {
  const { law } = completed({ law: { "jitter-share": 0 } });
  const tokenMs = (argv: readonly string[], env = {}): number =>
    pace(law, settingsOf("sglang", "0.5.4", ["--tp", "4", ...FLASHINFER, ...argv], env)).tokenMs(1, 1, 1);

  it("costs 8 % without prefill graphs and 4 % without custom all-reduce, and CUTLASS saves 5 %", () => {
    const base = tokenMs(["--enable-piecewise-cuda-graph"], PAGED);
    expect(base).toBe(2);
    expect(tokenMs([], PAGED) / base).toBeCloseTo(1.08);
    expect(tokenMs(["--enable-piecewise-cuda-graph", "--disable-custom-all-reduce"], PAGED) / base).toBeCloseTo(1.04);
    expect(tokenMs(["--enable-piecewise-cuda-graph"]) / base).toBeCloseTo(0.95);
  });

  it("has jitter that repeats with the seed and averages to nothing", () => {
    const settings = settingsOf("sglang", "0.5.4", [...FLASHINFER, "--enable-piecewise-cuda-graph"], PAGED);
    const times = (seed: number): number[] =>
      Array.from({ length: 2000 }, (_, index) => pace(completed({ law: { seed } }).law, settings).tokenMs(1, 1, index));
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
    expect(times(1).reduce((sum, time) => sum + time) / 2000).toBeCloseTo(2, 2);
  });
});
