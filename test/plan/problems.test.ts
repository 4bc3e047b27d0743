import { describe, expect, it } from "vitest";
import type { Config } from "../../src/model/index.ts";
import { plan } from "../../src/plan/index.ts";
import { aConfig, mission, site } from "./a-config.ts";

const problems = (config: Config) => plan(config, { site }).problems.map(({ path, message }) => `${path}: ${message}`);
const ids = (config: Config) => plan(config, { site }).cells.map(({ cell }) => cell.id);

describe("include and exclude", () => {
  const two = { "piecewise-cuda-graph": ["on", "off"], "custom-all-reduce": ["on", "off"] };

  it("drop the cells that have all values of an entry, and say by which", () => {
    const config = aConfig({ matrix: { axes: two, exclude: [{ "piecewise-cuda-graph": "on" }] } });
    const planned = plan(config, { site });
    expect(planned.problems).toEqual([]);
    expect(planned.cells.length).toBe(2);
    expect(planned.skipped.map(({ cell, kind, reason }) => [cell.id, kind, reason])).toEqual([
      ["sglang/piecewise-cuda-graph=on,custom-all-reduce=on", "excluded", "excluded by matrix.exclude[0]"],
      ["sglang/piecewise-cuda-graph=on,custom-all-reduce=off", "excluded", "excluded by matrix.exclude[0]"],
    ]);
  });

  it("add one cell with the values of an entry, in the order of the matrix, the rest left to the engine", () => {
    const config = aConfig({ matrix: { axes: two, include: [{ "kv-cache-dtype": "fp8", "custom-all-reduce": "on" }] } });
    expect(ids(config).at(-1)).toBe("sglang/custom-all-reduce=on,kv-cache-dtype=fp8");
    expect(ids(config).length).toBe(5);
  });

  it("bring back an excluded cell", () => {
    const entry = { "piecewise-cuda-graph": "on", "custom-all-reduce": "on" };
    const planned = plan(aConfig({ matrix: { axes: two, exclude: [{ "piecewise-cuda-graph": "on" }], include: [entry] } }), { site });
    expect([planned.problems, planned.cells.length, planned.skipped.length]).toEqual([[], 3, 1]);
  });

  it("are problems when they match nothing, add nothing, or name what does not exist", () => {
    const matrix = {
      axes: two,
      exclude: [{ "custom-all-reduce": "on", "kv-cache-dtype": "fp8" }, { piecewise: "on" }, { "custom-all-reduce": "no" }],
      include: [{ "custom-all-reduce": "on", "piecewise-cuda-graph": "off" }, { "attention-backend": "fa5" }, { tp: "4" }],
    };
    expect(problems(aConfig({ matrix }))).toEqual([
      'matrix.exclude[1].piecewise: unknown axis "piecewise"',
      'matrix.include[2].tp: unknown axis "tp"',
      'matrix.exclude[2].custom-all-reduce: custom-all-reduce has no value "no"',
      'matrix.include[1].attention-backend: attention-backend has no value "fa5"',
      "matrix.exclude[0]: matches no cell of the matrix: custom-all-reduce=on,kv-cache-dtype=fp8",
      "matrix.include[0]: adds nothing: piecewise-cuda-graph=off,custom-all-reduce=on is already in the matrix",
    ]);
  });
});

describe("a flag that two places set", () => {
  // Rows: engine · the user's arguments or variables · axis · path and message
  it.each([
    [
      "sglang",
      { args: ["--tp", "4", "--disable-custom-all-reduce"] },
      "launch.args[2]: --disable-custom-all-reduce is also decided by matrix.custom-all-reduce",
    ],
    ["sglang", { args: ["--enable-symm-mem"] }, "launch.args[0]: --enable-symm-mem is also decided by matrix.custom-all-reduce"],
    ["sglang", { args: ["--disable-cuda-graph"] }, "launch.args[0]: --disable-cuda-graph is also decided by matrix.piecewise-cuda-graph"],
    [
      "sglang",
      { args: ["--attention-backend=triton"] },
      "launch.args[0]: --attention-backend=triton is also decided by matrix.attention-backend",
    ],
    [
      "sglang",
      { env: { SGLANG_FLASHINFER_USE_PAGED: "0" } },
      "launch.env.SGLANG_FLASHINFER_USE_PAGED: SGLANG_FLASHINFER_USE_PAGED is also decided by matrix.attention-backend",
    ],
    ["sglang", { args: ["--port", "1"] }, "launch.args[0]: --port is set by Servegate itself"],
    ["sglang", { args: ["--model", "x"] }, "launch.args[0]: --model is set by Servegate itself"],
    [
      "vllm",
      { args: ["--disable_custom_all_reduce"] },
      "launch.args[0]: --disable_custom_all_reduce is also decided by matrix.custom-all-reduce",
    ],
    [
      "vllm",
      { args: ["-cc.cudagraph_mode=NONE"] },
      "launch.args[0]: -cc.cudagraph_mode=NONE is also decided by matrix.piecewise-cuda-graph",
    ],
    [
      "vllm",
      { args: ["--compilation-config", "{}"] },
      "launch.args[0]: --compilation-config is also decided by matrix.piecewise-cuda-graph",
    ],
    ["vllm", { args: ["-O1"] }, "launch.args[0]: -O1 is also decided by matrix.piecewise-cuda-graph"],
    [
      "vllm",
      { env: { VLLM_ATTENTION_BACKEND: "X" } },
      "launch.env.VLLM_ATTENTION_BACKEND: VLLM_ATTENTION_BACKEND is also decided by matrix.attention-backend",
    ],
  ] as const)("of %s by %o is a problem with both places named", (engine, launch, expected) => {
    expect(problems(aConfig({ engine, launch, matrix: mission, engineVersion: engine === "vllm" ? "0.28.0" : "0.5.18" }))).toEqual([
      expected,
    ]);
  });

  it("is none when they set different keys of one JSON argument, or the axis is not varied", () => {
    const launch = { args: ["-cc.pass_config.enable_noop=true", "--attention-config.use_prefill_query_quantization=true"] };
    expect(problems(aConfig({ engine: "vllm", launch, matrix: mission, engineVersion: "0.28.0" }))).toEqual([]);
    expect(problems(aConfig({ launch: { args: ["--disable-custom-all-reduce"] } }))).toEqual([]);
  });
});

describe("a launch that cannot be", () => {
  it.each([
    ["no scenario", aConfig({ engine: "rehearsal" }), "rehearsal: the rehearsal engine needs a dialect and a scenario"],
    ["no command", aConfig({ engine: "command" }), "launch.command: the command engine needs its whole command line"],
    ["no port", aConfig({ engine: "command", launch: { command: ["srv"] } }), "launch.command: nothing in it takes the port to listen on"],
    ["a version that is none", aConfig({ engineVersion: "latest" }), 'engine-version: "latest" is not a version'],
    [
      "a matrix on an attached server",
      aConfig({ launch: { url: "http://127.0.0.1:1" }, matrix: { axes: { "kv-cache-dtype": ["auto"] } } }),
      "matrix: a server that is attached to cannot be relaunched with other settings",
    ],
    [
      "no cell left",
      aConfig({ engine: "transformers", matrix: { axes: { "custom-all-reduce": ["on", "off"] } } }),
      "matrix: no cell is left to run: transformers has no translation for custom-all-reduce",
    ],
    ["an axis that does not exist", aConfig({ matrix: { axes: { piecewise: ["on"] } } }), 'matrix.piecewise: unknown axis "piecewise"'],
  ])("for %s is one problem", (_, config, expected) => {
    expect(problems(config)).toEqual([expected]);
  });

  it("has a hint for every problem but a dead entry", () => {
    const config = aConfig({ engine: "command", engineVersion: "x", launch: { args: ["--a"] }, matrix: { axes: { nothing: ["on"] } } });
    const found = plan(config, { site }).problems;
    expect(found.map(({ hint }) => hint === undefined)).toEqual([false, false, false]);
  });
});
