import { afterAll, describe, expect, it } from "vitest";
import { argparse, programs } from "../../src/rehearsal/flags/index.ts";
import { endAll, rehearse } from "./start.ts";

afterAll(endAll);

const refused = (dialect: "vllm" | "sglang", version: string, ...argv: string[]): string => {
  const result = argparse(programs[dialect], version, argv);
  return result.ok ? "accepted" : (result.stderr.trim().split("\n").at(-1) ?? "");
};

describe("an engine's parser", () => {
  it.each([
    ["a flag that never was", "sglang", "0.5.4", ["--nonsense", "1"], "launch_server.py: error: unrecognized arguments: --nonsense 1"],
    [
      "a flag before its release",
      "sglang",
      "0.5.3",
      ["--enable-piecewise-cuda-graph"],
      "launch_server.py: error: unrecognized arguments: --enable-piecewise-cuda-graph",
    ],
    ["a flag in its releases", "sglang", "0.5.13", ["--enable-piecewise-cuda-graph"], "accepted"],
    [
      "a flag after its removal",
      "sglang",
      "0.5.14",
      ["--enable-piecewise-cuda-graph"],
      "launch_server.py: error: unrecognized arguments: --enable-piecewise-cuda-graph",
    ],
    ["its successor", "sglang", "0.5.14", ["--cuda-graph-backend-prefill=disabled"], "accepted"],
    [
      "an alias that was removed later",
      "sglang",
      "0.5.20",
      ["--disable-piecewise-cuda-graph"],
      "launch_server.py: error: unrecognized arguments: --disable-piecewise-cuda-graph",
    ],
    [
      "a wrong choice",
      "sglang",
      "0.5.14",
      ["--cuda-graph-backend-prefill", "x"],
      "launch_server.py: error: argument --cuda-graph-backend-prefill: invalid choice: 'x' (choose from 'breakable', 'tc_piecewise', 'full', 'disabled')",
    ],
    [
      "no number",
      "sglang",
      "0.5.4",
      ["--tp", "four"],
      "launch_server.py: error: argument --tp-size/--tp/--tensor-parallel-size: invalid int value: 'four'",
    ],
    [
      "a missing value",
      "sglang",
      "0.5.4",
      ["--tp", "--trust-remote-code"],
      "launch_server.py: error: argument --tp-size/--tp/--tensor-parallel-size: expected one argument",
    ],
    [
      "a prefix of several flags",
      "sglang",
      "0.5.4",
      ["--disable-c"],
      "launch_server.py: error: ambiguous option: --disable-c could match --disable-custom-all-reduce, --disable-cuda-graph-padding, --disable-cuda-graph",
    ],
    ["a prefix of one flag", "sglang", "0.5.4", ["--disable-custom"], "accepted"],
    ["underscores, which vLLM takes for dashes", "vllm", "0.28.0", ["--max_num_seqs", "8"], "accepted"],
    [
      "underscores, which SGLang does not",
      "sglang",
      "0.5.4",
      ["--max_running_requests", "8"],
      "launch_server.py: error: unrecognized arguments: --max_running_requests 8",
    ],
    [
      "--attention-backend before vLLM 0.13",
      "vllm",
      "0.12.0",
      ["--attention-backend", "FLASHINFER"],
      "vllm: error: unrecognized arguments: --attention-backend FLASHINFER",
    ],
    [
      "broken JSON",
      "vllm",
      "0.28.0",
      ["--compilation-config", "{mode"],
      "vllm: error: argument --compilation-config/-cc: Value {mode cannot be converted to <function loads>.",
    ],
  ] as const)("answers %s as argparse would", (_, dialect, version, argv, answer) => {
    expect(refused(dialect, version, ...argv)).toBe(answer);
  });

  it("merges JSON, dotted and short forms of one argument", () => {
    const argv = [
      "tiny",
      "-cc.pass_config.fuse_allreduce_rms=false",
      "--compilation-config",
      '{"cudagraph_mode":"NONE"}',
      "-cc.pass_config.x",
      "1",
      "-tp=8",
      "--no-enable-prefix-caching",
    ];
    const result = argparse(programs.vllm, "0.28.0", argv);
    if (!result.ok) throw new Error(result.stderr);
    expect(result.flags.json.get("compilation-config")).toEqual({
      pass_config: { fuse_allreduce_rms: false, x: 1 },
      cudagraph_mode: "NONE",
    });
    expect(Object.fromEntries(result.flags.value)).toEqual({ model_tag: "tiny", "tensor-parallel-size": "8" });
    expect([...result.flags.off]).toEqual(["enable-prefix-caching"]);
  });

  it("reads -O2 as a level from 0.12 on", () => {
    const result = argparse(programs.vllm, "0.28.0", ["tiny", "-O1"]);
    expect(result.ok && result.flags.value.get("optimization-level")).toBe("1");
  });
});

describe("a refused command line", () => {
  it("ends the program with 2, usage and error on stderr", async () => {
    const server = await rehearse("sglang", ["--engine-version", "0.5.18"], ["--enable-piecewise-cuda-graph"]);
    expect(await server.ended).toEqual({ code: 2, signal: null });
    expect(server.output()).toMatch(
      /^usage: launch_server\.py .*\nlaunch_server\.py: error: unrecognized arguments: --enable-piecewise-cuda-graph\n$/,
    );
  });
});
