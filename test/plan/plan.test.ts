import { describe, expect, it } from "vitest";
import { plan } from "../../src/plan/index.ts";
import { aConfig, mission, site } from "./a-config.ts";

const ids = (list: readonly { readonly cell: { readonly id: string } }[]) => list.map(({ cell }) => cell.id);
const line = (argv: readonly string[]) => argv.join(" ");
const START = "--model-path {model} --host 127.0.0.1 --port {port} --served-model-name {name}";

describe("the mission's 2×2×2 on SGLang", () => {
  const cell = (text: string) => `sglang/${text}`;

  it.each(["0.5.15", "0.5.18", "0.5.20", "0.5.23"])("has eight cells that differ in %s", (version) => {
    const planned = plan(aConfig({ matrix: mission, engineVersion: version }), { site });
    expect(planned.problems).toEqual([]);
    expect([planned.cells.length, planned.skipped]).toEqual([8, []]);
    expect(new Set(planned.cells.map(({ launch }) => JSON.stringify([launch.argv, launch.env]))).size).toBe(8);
  });

  it.each(["0.5.4.post1", "0.5.9", "0.5.10"])("has FA2 under piecewise graphs alone, and CUTLASS without them alone, in %s", (version) => {
    const planned = plan(aConfig({ matrix: mission, engineVersion: version }), { site });
    const short = (id: string | undefined) => [...(id ?? "").matchAll(/=(\w+)/g)].map(([, value]) => value).join(" ");
    expect(planned.cells.map(({ cell: { id } }) => short(id)).toSorted()).toEqual([
      "off cutlass off",
      "off cutlass on",
      "on fa2 off",
      "on fa2 on",
    ]);
    expect(planned.skipped.map(({ cell: { id }, kind, sameAs }) => [short(id), kind, short(sameAs)].join(" | ")).toSorted()).toEqual([
      "off fa2 off | identical | off cutlass off",
      "off fa2 on | identical | off cutlass on",
      "on cutlass off | identical | on fa2 off",
      "on cutlass on | identical | on fa2 on",
    ]);
    expect(planned.skipped.map(({ reason }) => reason).join()).toContain("before 0.5.11 SGLang has no other way to FA2");
  });

  it.each(["0.5.11", "0.5.13", "0.5.14"])("has no CUTLASS under piecewise graphs in %s, and says what stands for it", (version) => {
    const planned = plan(aConfig({ matrix: mission, engineVersion: version }), { site });
    expect(planned.cells.length).toBe(6);
    expect(planned.skipped.map(({ cell, kind, sameAs }) => [cell.id, kind, sameAs])).toEqual(
      ["on", "off"].map((reduce) => [
        cell(`piecewise-cuda-graph=on,attention-backend=cutlass,custom-all-reduce=${reduce}`),
        "identical",
        cell(`piecewise-cuda-graph=on,attention-backend=fa2,custom-all-reduce=${reduce}`),
      ]),
    );
    expect(planned.skipped[0]?.reason).toContain("SGLang replaces CUTLASS by FA2");
  });

  it("runs CUTLASS under piecewise graphs when nothing stands for it, and notes what will become of it", () => {
    const matrix = { axes: { ...mission.axes, "attention-backend": ["cutlass"] } };
    const planned = plan(aConfig({ matrix, engineVersion: "0.5.4.post1" }), { site });
    expect([planned.cells.length, planned.skipped]).toEqual([4, []]);
    const on = planned.cells.find(({ cell }) => cell.axes["piecewise-cuda-graph"] === "on");
    expect(on?.notes[0]).toContain("attention-backend is expected to become fa2");
  });

  it("is refused where piecewise graphs do not exist, with the reason", () => {
    const planned = plan(aConfig({ matrix: { axes: { "piecewise-cuda-graph": ["on", "off"] } }, engineVersion: "0.5.3" }), { site });
    expect(ids(planned.cells)).toEqual([cell("piecewise-cuda-graph=off")]);
    expect(planned.skipped).toMatchObject([{ kind: "unsupported", reason: "piecewise CUDA graphs arrived in SGLang 0.5.4" }]);
  });

  it("has CUTLASS alone in 0.5.4, and names every cell of FA2 as its double", () => {
    const planned = plan(aConfig({ matrix: mission, engineVersion: "0.5.4" }), { site });
    expect(planned.cells.map(({ cell: { axes } }) => axes["attention-backend"])).toEqual(["cutlass", "cutlass", "cutlass", "cutlass"]);
    expect(planned.skipped.map(({ cell: { id }, kind, sameAs }) => [kind, sameAs === id.replace("fa2", "cutlass")])).toEqual(
      Array.from({ length: 4 }, () => ["identical", true]),
    );
    expect(planned.skipped[0]?.reason).toContain(
      "SGLang 0.5.4 runs CUTLASS in ragged prefill on SM100 with and without piecewise CUDA graphs",
    );
  });

  it("starts with the reference cell and goes on in matrix order", () => {
    const planned = plan(aConfig({ matrix: mission, engineVersion: "0.5.18" }), { site });
    expect(ids(planned.cells).map((id) => [...id.matchAll(/=(\w+)/g)].map(([, value]) => value).join(" "))).toEqual([
      "off fa2 off",
      "on cutlass on",
      "on cutlass off",
      "on fa2 on",
      "on fa2 off",
      "off cutlass on",
      "off cutlass off",
      "off fa2 on",
    ]);
  });

  it("keeps the cells that are expected to fail for the end, and makes none of them the canary", () => {
    const expected = (when: Record<string, string>) =>
      ({ when, class: "nccl", issue: "https://example.org/1", expires: "2027-01-01" }) as const;
    const order = (...expectedFailures: ReturnType<typeof expected>[]) =>
      plan(aConfig({ matrix: mission, engineVersion: "0.5.18", expectedFailures }), { site }).cells.map(({ cell: { axes } }) =>
        Object.values(axes).join(" "),
      );
    const known = order(expected({ "piecewise-cuda-graph": "on", "attention-backend": "cutlass" }));
    expect(known[0]).toBe("off fa2 off");
    expect(known.slice(-2)).toEqual(["on cutlass on", "on cutlass off"]);
    expect(order(expected({ "piecewise-cuda-graph": "off", "attention-backend": "fa2" }))[0]).toBe("on fa2 off");
    expect(order(expected({}))).toHaveLength(8);
  });

  it("is the same in rehearsal, behind the rehearsal program", () => {
    const real = plan(aConfig({ matrix: mission, engineVersion: "0.5.18" }), { site });
    const rehearsal = { dialect: "sglang", scenario: "sglang-12067/head" } as const;
    const rehearse = (engineVersion: string) => plan(aConfig({ engine: "rehearsal", rehearsal, matrix: mission, engineVersion }), { site });
    const rehearsed = rehearse("0.5.18");
    const before = ["node", "rehearsal.js", "--dialect", "sglang", "--scenario", "sglang-12067/head", "--engine-version", "0.5.18", "--"];
    expect(rehearsed.cells.map(({ launch }) => launch.argv)).toEqual(real.cells.map(({ launch }) => [...before, ...launch.argv.slice(2)]));
    // The rehearsed 0.5.4 is a build on which all eight can be told apart.
    expect(rehearse("0.5.4").cells).toHaveLength(8);
    expect(rehearsed.cells.map(({ proofs }) => proofs)).toEqual(real.cells.map(({ proofs }) => proofs));
  });
});

describe("the mission's 2×2×2 on vLLM", () => {
  it("is of graphs and all-reduce alone in 0.11, which has no setting for CUTLASS or FA2", () => {
    const planned = plan(aConfig({ engine: "vllm", matrix: mission, engineVersion: "0.11.0" }), { site });
    expect(planned.cells).toEqual([]);
    expect(new Set(planned.skipped.map(({ kind, reason }) => `${kind}: ${reason.slice(0, 38)}`))).toEqual(
      new Set(["unsupported: before 0.13 vLLM had no setting for th"]),
    );
  });

  it.each(["0.13.0", "0.15.0", "0.22.0", "0.28.0", "0.32.0", "0.33.0"])("has eight cells that differ, for MLA models, in %s", (version) => {
    const planned = plan(aConfig({ engine: "vllm", matrix: mission, engineVersion: version }), { site });
    expect([planned.cells.length, planned.skipped]).toEqual([8, []]);
    expect(new Set(planned.cells.map(({ launch }) => JSON.stringify([launch.argv, launch.env]))).size).toBe(8);
    expect(planned.cells.every(({ notes }) => notes.some((note) => note.includes("for MLA models")))).toBe(true);
  });
});

describe("the troubleshooting story on vLLM", () => {
  const kimi = { engine: "vllm", model: "moonshotai/Kimi-K2-Instruct", engineVersion: "0.11.0" } as const;
  const launch = { args: ["--tensor-parallel-size", "8", "--trust-remote-code"] };
  const head = "vllm serve {model} --host 127.0.0.1 --port {port} --served-model-name {name} --tensor-parallel-size 8 --trust-remote-code";

  it("has the flags that crashed before", () => {
    const include = [{ "kv-cache-dtype": "fp8", "max-batched-tokens": "16384", "max-sequences": "128" }];
    const { cells, problems } = plan(aConfig({ ...kimi, launch, matrix: { include } }), { site });
    expect(problems).toEqual([]);
    expect(cells.map((cell) => line(cell.launch.argv))).toEqual([
      `${head} --kv-cache-dtype fp8 --max-num-batched-tokens 16384 --max-num-seqs 128`,
    ]);
    expect(cells[0]?.launch.env).toEqual({ VLLM_SERVER_DEV_MODE: "1" });
  });

  it("has the flags that served after", () => {
    const include = [{ "custom-all-reduce": "off", "kv-cache-dtype": "auto", "max-batched-tokens": "8192", "max-sequences": "64" }];
    const { cells } = plan(aConfig({ ...kimi, launch, matrix: { include } }), { site });
    expect(cells.map((cell) => line(cell.launch.argv))).toEqual([
      `${head} --disable-custom-all-reduce --compilation-config.pass_config.enable_fi_allreduce_fusion=false ` +
        "--kv-cache-dtype auto --max-num-batched-tokens 8192 --max-num-seqs 64",
    ]);
    expect(cells[0]?.launch.env).toEqual({ VLLM_SERVER_DEV_MODE: "1", VLLM_ALLREDUCE_USE_SYMM_MEM: "0" });
  });
});

describe("argv", () => {
  it("keeps a model with spaces, quotes and other letters as it is, to be filled in as one item", () => {
    const model = '/modèles/Kimi K2 "instruct" — 日本 {port}';
    const planned = plan(aConfig({ model }), { site });
    expect(planned.cells.map(({ launch }) => [line(launch.argv), launch.model])).toEqual([
      [`python3 -m sglang.launch_server ${START}`, model],
    ]);
  });

  it("starts the program the user names", () => {
    const launch = {
      command: ["numactl", "/opt/venv/bin/python", "-m", "sglang.launch_server"],
      args: ["--tp", "4"],
      env: { NCCL_DEBUG: "WARN" },
    };
    const planned = plan(aConfig({ launch }), { site });
    expect(planned.cells[0]?.launch).toMatchObject({
      argv: [...launch.command, ...START.split(" "), "--tp", "4"],
      env: { NCCL_DEBUG: "WARN" },
    });
  });

  it("of a command is the user's own", () => {
    const command = ["llama-server", "-m", "{model}", "--port", "{port}"];
    expect(plan(aConfig({ engine: "command", launch: { command } }), { site }).cells[0]?.launch.argv).toEqual(command);
  });

  it("of an attached server is empty", () => {
    const planned = plan(aConfig({ launch: { url: "http://127.0.0.1:8000" } }), { site });
    expect([planned.problems, planned.cells[0]?.launch.argv]).toEqual([[], []]);
  });

  it("follows the configured version before the one that was asked for", () => {
    const matrix = { axes: { "piecewise-cuda-graph": ["on"] } };
    const argv = (configured: string | undefined, asked: string | undefined) => {
      const knowledge = asked === undefined ? { site } : { site, engineVersion: asked };
      const config = configured === undefined ? aConfig({ matrix }) : aConfig({ matrix, engineVersion: configured });
      const planned = plan(config, knowledge);
      return [planned.engineVersion, planned.cells[0]?.launch.argv.at(-1)];
    };
    expect(argv("0.5.4", "0.5.18")).toEqual(["0.5.4", "--enable-piecewise-cuda-graph"]);
    expect(argv(undefined, "0.5.14")).toEqual(["0.5.14", "--cuda-graph-backend-prefill=tc_piecewise"]);
    expect(argv(undefined, undefined)).toEqual([undefined, "--cuda-graph-backend-prefill=breakable"]);
    expect(argv(undefined, "unknown")).toEqual([undefined, "--cuda-graph-backend-prefill=breakable"]);
  });
});

describe("cells", () => {
  it("that two axes would set differently are skipped, each axis named", () => {
    const matrix = { axes: { eager: ["on", "off"], "piecewise-cuda-graph": ["on", "off"] } };
    const planned = plan(aConfig({ matrix, engineVersion: "0.5.18" }), { site });
    expect(ids(planned.cells)).toEqual([
      "sglang/eager=on,piecewise-cuda-graph=off",
      "sglang/eager=off,piecewise-cuda-graph=on",
      "sglang/eager=off,piecewise-cuda-graph=off",
    ]);
    expect(planned.skipped.map(({ reason }) => reason)).toEqual([
      "eager=on switches every CUDA graph off, piecewise-cuda-graph=on asks for some",
    ]);
    const both = planned.cells[0]?.launch.argv.filter((item) => item.startsWith("--cuda-graph-backend-prefill"));
    expect(both).toEqual(["--cuda-graph-backend-prefill=disabled"]);
  });

  it("are known by a fingerprint of what was asked for, not of the engine's version or of the scenario", () => {
    const print = (over: Parameters<typeof aConfig>[0]) => plan(aConfig(over), { site }).cells[0]?.cell.fingerprint;
    const base = print({});
    expect(base).toMatch(/^[0-9a-f]{16}$/);
    expect(print({ engineVersion: "0.5.9" })).toBe(base);
    expect(print({ launch: { command: ["/other/sglang", "serve"] } })).toBe(base);
    const changed = [
      print({ model: "other" }),
      print({ engine: "vllm" }),
      print({ launch: { args: ["--tp", "2"] } }),
      print({ launch: { env: { NCCL_DEBUG: "WARN" } } }),
      print({ matrix: { axes: { "kv-cache-dtype": ["fp8"] } } }),
    ];
    expect(new Set([base, ...changed]).size).toBe(6);
    const rehearsed = (scenario: string) => print({ engine: "rehearsal", rehearsal: { dialect: "sglang", scenario } });
    expect(rehearsed("a")).toBe(rehearsed("b"));
  });

  it("take longer the more of them there are and the more is measured", () => {
    const small = plan(aConfig({}), { site }).estimateMs;
    const wide = plan(aConfig({ matrix: mission, engineVersion: "0.5.18" }), { site }).estimateMs;
    const work = { input: 1024, output: 1024, concurrency: [1, 16], requests: undefined };
    const deep = plan(aConfig({ throughput: [work] }), { site }).estimateMs;
    expect([small > 0, wide, deep > small]).toEqual([true, 8 * small, true]);
    const numerics = (longPrompt: number) => ({ batchSizes: [1, 8], tokens: 64, longPrompt, limit: 0.01 });
    const scored = (longPrompt: number) => plan(aConfig({ numerics: numerics(longPrompt) }), { site }).estimateMs;
    // Nine decodings of 64 tokens at 12 ms, each read once more; and one of the long prompt.
    expect([scored(0) - small, scored(4096) - scored(0)]).toEqual([2 * 9 * 64 * 12, 2 * 64 * 12]);
  });
});
