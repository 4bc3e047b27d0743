import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseHelp } from "../../src/engines/index.ts";
import type { Config } from "../../src/model/index.ts";
import { plan } from "../../src/plan/index.ts";
import { aConfig, site } from "./a-config.ts";

function asked(engine: "vllm" | "sglang", version: string, over: Partial<Parameters<typeof aConfig>[0]>) {
  const help = parseHelp(readFileSync(resolve(import.meta.dirname, `../corpus/help/${engine}-${version}.txt`), "utf8"));
  if (help === undefined) throw new Error("the corpus lost a help text");
  const config: Config = aConfig({ engine, ...over });
  return plan(config, { site, engineVersion: version, help });
}

describe("the installed engine's help", () => {
  // Rows: engine · version · the user's arguments · Problem · hint
  it.each([
    [
      "sglang",
      "0.5.18",
      ["--enable-piecewise-cuda-graph"],
      "the installed sglang does not know --enable-piecewise-cuda-graph",
      /^Write --cuda-graph-backend-prefill=breakable\.$/,
    ],
    [
      "sglang",
      "0.5.23",
      ["--cuda-graph-max-bs", "64"],
      "--cuda-graph-max-bs could be any of --cuda-graph-max-bs-decode, --cuda-graph-max-bs-prefill",
      /^Write --cuda-graph-max-bs-decode\.$/,
    ],
    ["sglang", "0.5.23", ["--kv-cache-dtype", "fp4_e2m1"], "the installed sglang has no choice fp4_e2m1 for --kv-cache-dtype", /\S/],
    [
      "sglang",
      "0.5.9",
      ["--attention-backend=cutedsl_mla"],
      "the installed sglang has no choice cutedsl_mla for --attention-backend",
      /\S/,
    ],
    ["vllm", "0.13.0", ["--moe-backend", "cutlass"], "the installed vllm does not know --moe-backend", /\S/],
    ["vllm", "0.32.0", ["--kv-cache-dtype=fp3"], "the installed vllm has no choice fp3 for --kv-cache-dtype", /\S/],
    ["vllm", "0.32.0", ["--enable-bogus"], "the installed vllm does not know --enable-bogus", /\S/],
  ] as const)("of %s %s finds the mistake in %j", (engine, version, args, message, hint) => {
    const { problems } = asked(engine, version, { launch: { args } });
    expect(problems.map((problem) => [problem.path, problem.message])).toEqual([["launch.args[0]", message]]);
    expect(problems[0]?.hint).toMatch(hint);
  });

  it.each([
    ["sglang", "0.5.18", ["--tp", "8", "--trust-remote-code", "--disable-piecewise-cuda-graph"]],
    [
      "vllm",
      "0.32.0",
      ["-tp", "8", "-O3", "-cc.cudagraph_mode=NONE", "--max_model_len=1024", "--attention-config.backend=FLASHINFER", "--max-num-seq", "3"],
    ],
  ] as const)("of %s %s lets pass what it takes: %j", (engine, version, args) => {
    expect(asked(engine, version, { launch: { args } }).problems).toEqual([]);
  });

  it("decides over the version: a nightly build that already has the new flags is written for as it is", () => {
    const text = readFileSync(resolve(import.meta.dirname, "../corpus/help/sglang-0.5.14.txt"), "utf8");
    const config = aConfig({ matrix: { axes: { "piecewise-cuda-graph": ["on"] } } });
    const newer = plan(config, { site, engineVersion: "0.5.13.dev9+gabcdef0", help: parseHelp(text) ?? { flags: new Map() } });
    // On by default in 0.5.13, so that nothing needs to be said; the row of that version has no arguments that could be refused.
    expect(newer.cells[0]?.launch.argv.at(-1)).toBe("{name}");
    const off = aConfig({ matrix: { axes: { "piecewise-cuda-graph": ["off"] } } });
    const older = plan(off, {
      site,
      engineVersion: "0.5.9",
      help: parseHelp(text.replaceAll("--enable-piecewise-cuda-graph", "--x")) ?? { flags: new Map() },
    });
    expect(older.cells[0]?.launch.argv.at(-1)).toBe("{name}");
    const on = plan(config, { site, engineVersion: "0.5.9", help: parseHelp(text) ?? { flags: new Map() } });
    expect(on.cells[0]?.launch.argv.at(-1)).toBe("--cuda-graph-backend-prefill=breakable");
    expect(on.cells[0]?.notes).toContain("piecewise-cuda-graph: written as the installed engine's help has it");
  });

  it("makes a cell unsupported, with the reason, when no translation is taken", () => {
    const planned = asked("vllm", "0.13.0", {
      engineVersion: "0.28.0",
      matrix: { axes: { "moe-backend": ["cutlass"], "prefix-caching": ["on"] } },
    });
    expect(planned.skipped.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["unsupported", "the installed vllm does not know --moe-backend"],
    ]);
  });
});

describe("without the installed engine", () => {
  it.each([
    [
      "sglang",
      "0.5.18",
      { args: ["--enable-piecewise-cuda-graph"] },
      "launch.args[0]: --enable-piecewise-cuda-graph is gone since sglang 0.5.14",
    ],
    [
      "sglang",
      "0.5.23",
      { args: ["--disable-piecewise-cuda-graph"] },
      "launch.args[0]: --disable-piecewise-cuda-graph is gone since sglang 0.5.20",
    ],
    [
      "vllm",
      "0.28.0",
      { env: { VLLM_ATTENTION_BACKEND: "FLASHINFER" } },
      "launch.env.VLLM_ATTENTION_BACKEND: VLLM_ATTENTION_BACKEND is ignored since vllm 0.15",
    ],
  ] as const)("%s %s: what is known to be gone is named", (engine, version, launch, expected) => {
    const { problems } = plan(aConfig({ engine, engineVersion: version, launch }), { site });
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([expected]);
    expect(problems[0]?.hint).toMatch(/^Write --/);
  });

  it("a variable that the newest release ignores is a Problem where no version is known, because nothing would ever tell", () => {
    const launch = { env: { VLLM_ATTENTION_BACKEND: "FLASHINFER" }, args: ["--cuda-graph-sizes", "8"] };
    expect(plan(aConfig({ engine: "vllm", launch }), { site }).problems).toEqual([
      {
        path: "launch.env.VLLM_ATTENTION_BACKEND",
        message: "VLLM_ATTENTION_BACKEND is ignored since vllm 0.15, and the version is not known",
        hint: "Write --attention-backend in launch.args, or an older engine-version.",
      },
    ]);
  });

  it("what a version still takes is left alone", () => {
    const launch = { args: ["--disable-piecewise-cuda-graph"] };
    expect(plan(aConfig({ engineVersion: "0.5.14", launch }), { site }).problems).toEqual([]);
    const env = { VLLM_ATTENTION_BACKEND: "FLASHINFER" };
    expect(plan(aConfig({ engine: "vllm", engineVersion: "0.13.0", launch: { env } }), { site }).problems).toEqual([]);
  });
});
