import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { cacheState, cleanLine, engineFor, engines, fillLaunch, flagUses, phaseReader, sameFlag } from "../../src/engines/index.ts";

const ESC = "\u001B";

describe("cleanLine", () => {
  it.each([
    ["vllm", "(EngineCore_DP0 pid=640) (Worker_TP0 pid=701) INFO 11-07 10:00:31 [pynccl.py:103] vLLM is using nccl", "vLLM is using nccl"],
    ["vllm", `${ESC}[1;36m(APIServer pid=5)${ESC}[0;0m INFO 11-07 10:00:31 [a.py:1] ready`, "ready"],
    ["vllm", "Failed: Cuda error", "Failed: Cuda error"],
    ["sglang", "[2026-02-26 16:41:18 DP0 TP6 EP6] Memory pool end.", "Memory pool end."],
    ["sglang", `[2026-02-26 16:41:18] ${ESC}[32mINFO${ESC}[0m:     Uvicorn running on http://x`, "Uvicorn running on http://x"],
    ["sglang", "\rLoading:   0%\rLoading: 100%\r\n", "Loading: 100%"],
    ["transformers", "[transformers] Loading /models/tiny@main", "Loading /models/tiny@main"],
    ["transformers", "INFO:     Application startup complete.", "Application startup complete."],
    ["command", "plain [2026] text", "plain [2026] text"],
  ] as const)("takes %s's prefix and colour off %j", (engine, raw, clean) => {
    expect(cleanLine(raw, engineFor(engine))).toBe(clean);
  });
});

describe("phaseReader", () => {
  it("never goes back, whatever other ranks still print", () => {
    const opens = phaseReader(engineFor("sglang"));
    const seen = [
      "Load weight begin. avail",
      "Init torch distributed begin.",
      "Load weight end. x",
      "Uvicorn running on http://",
      "KV Cache is allocated.",
    ];
    expect(seen.map((line) => opens(line))).toEqual(["weights", undefined, undefined, "http", undefined]);
  });
});

describe("cacheState", () => {
  const lines = (name: string) =>
    readFileSync(resolve(import.meta.dirname, "../corpus/startup", name), "utf8")
      .split("\n")
      .map((line) => cleanLine(line, engineFor("vllm")));
  const told = (text: readonly string[]) => cacheState(text, engineFor("vllm").caches);

  it("tells a start that had to compile from one that found everything compiled, and says nothing where the engine does not", () => {
    expect([told(lines("vllm-0.11.log")), told(lines("vllm-0.28.log"))]).toEqual(["cold", "cold"]);
    const warm = "Directly load the compiled graph(s) for compile range (1, 8192) from the cache, took 1.250 s";
    expect(told(["Starting to load model m...", warm])).toBe("warm");
    expect(told(["Directly load AOT compilation from path /root/.cache/vllm/torch_compile_cache/x"])).toBe("warm");
    // One rank that compiles makes all of them wait.
    expect(told([warm, "Compiling a graph for compile range (1, 8192) takes 12.40 s"])).toBe("cold");
    expect(told(lines("vllm-0.32-eager.log"))).toBeUndefined();
    expect(cacheState([warm], engineFor("transformers").caches)).toBeUndefined();
  });
});

describe("fillLaunch", () => {
  it("fills in the place once, and does not search what it filled in", () => {
    const launch = { argv: ["serve", "{model}", "--port={port}", '{"a":1}', "{other}"], env: { NAME: "{name}" }, model: "m" };
    expect(fillLaunch(launch, { port: 8123, name: "run-1", model: "/models/{port} und Größe" })).toEqual({
      argv: ["serve", "/models/{port} und Größe", "--port=8123", '{"a":1}', "{other}"],
      env: { NAME: "run-1" },
      model: "/models/{port} und Größe",
    });
  });
});

describe("an engine's version", () => {
  it.each([
    ["vllm", undefined, ["python3"]],
    ["vllm", ["/opt/venv/bin/vllm", "serve"], ["/opt/venv/bin/python3"]],
    ["sglang", ["/opt/venv/bin/python3.12", "-m", "sglang.launch_server"], ["/opt/venv/bin/python3.12"]],
    ["transformers", ["numactl", "-N", "0", "/v/bin/transformers", "serve"], ["numactl", "-N", "0", "/v/bin/python3"]],
  ] as const)("of %s, run as %j, is asked from %j", (id, command, asked) => {
    const code = `import importlib.metadata as m; print(m.version("${id}"))`;
    expect(engineFor(id).version?.argv(command)).toEqual([...asked, "-c", code]);
  });

  it("is asked from a program it does not know by its --version", () => {
    expect(engineFor("vllm").version?.argv(["my-wrapper"])).toEqual(["my-wrapper", "--version"]);
  });

  it.each([
    ["0.11.0\n", "0.11.0"],
    [
      "INFO 11-07 10:00:01 [__init__.py:216] Automatically detected platform cuda.\n0.28.1rc2.dev3+gabc.cu130\n",
      "0.28.1rc2.dev3+gabc.cu130",
    ],
    ["v0.5.4.post1", "0.5.4.post1"],
    ["ModuleNotFoundError: No module named 'vllm'", undefined],
    ["", undefined],
  ])("is read from %j as %s", (output, version) => {
    expect(engineFor("vllm").version?.parse(output)).toBe(version);
  });
});

describe("engineFor", () => {
  it("gives the rehearsal the log knowledge and the flags of the engine it stands in for", () => {
    const vllm = engineFor("vllm");
    const rehearsal = engineFor("rehearsal", "vllm");
    expect([rehearsal.markers, rehearsal.prefix, rehearsal.fatal]).toEqual([vllm.markers, vllm.prefix, vllm.fatal]);
    const request = { model: "m", args: ["-tp", "8"], env: {}, site: { rehearsal: ["node", "r.js"] } };
    const rehearsed = rehearsal.launch({ ...request, version: "0.13.0", rehearsal: { dialect: "vllm", scenario: "story" } });
    expect(rehearsed.argv).toEqual(
      ["node", "r.js", "--dialect", "vllm", "--scenario", "story", "--engine-version", "0.13.0", "--"].concat(
        vllm.launch(request).argv.slice(2),
      ),
    );
    expect(rehearsed.env).toEqual(vllm.launch(request).env);
  });

  it("knows where older SGLang kept its resolved settings", () => {
    expect(engineFor("sglang", undefined, "0.5.4").dialect.serverInfo).toBe("/get_server_info");
    expect(engineFor("sglang", undefined, "0.5.6").dialect.serverInfo).toBe("/server_info");
    expect(engineFor("sglang").dialect.serverInfo).toBe("/server_info");
    expect(engineFor("rehearsal", "sglang", "0.5.4").dialect.serverInfo).toBe("/get_server_info");
  });

  it("starts SGLang by its command from 0.5.10 on, and by its module where the version is older or unknown", () => {
    const program = (version?: string) => {
      const base = { model: "m", args: [], env: {}, site: { rehearsal: [] } };
      return engineFor("sglang")
        .launch(version === undefined ? base : { ...base, version })
        .argv.slice(0, 3)
        .join(" ");
    };
    expect([program("0.5.9"), program(), program("0.5.10"), program("0.5.10.dev1")]).toEqual([
      "python3 -m sglang.launch_server",
      "python3 -m sglang.launch_server",
      "sglang serve --model-path",
      "sglang serve --model-path",
    ]);
  });

  it("finds every engine of the shelf", () => {
    for (const engine of engines) expect(engineFor(engine.id).id).toBe(engine.id);
  });
});

describe("flagUses", () => {
  it("gives one name to every spelling of a flag", () => {
    const names = (engine: "vllm" | "sglang", args: string[]) => flagUses(args, engine).map(({ name }) => name);
    expect(names("vllm", ["-tp", "4", "--tensor_parallel_size=4", "-O3", "-cc.cudagraph_mode=NONE", "--attention-backend", "X"])).toEqual([
      "--tensor-parallel-size",
      "--tensor-parallel-size",
      "--compilation-config",
      "--compilation-config.cudagraph_mode",
      "--attention-config.backend",
    ]);
    expect(names("sglang", ["--tp", "4", "--disable-prefill-cuda-graph"])).toEqual(["--tp-size", "--cuda-graph-backend-prefill"]);
  });

  it("keeps values with their flag, negative numbers among them", () => {
    expect(flagUses(["--chunked-prefill-size", "-1", "--bs", "1", "2"], "sglang").map(({ items }) => items)).toEqual([
      ["--chunked-prefill-size", "-1"],
      ["--bs", "1", "2"],
    ]);
  });

  it("sees that a JSON argument and one of its keys set the same thing, and two keys do not", () => {
    expect(sameFlag("--compilation-config", "--compilation-config.mode")).toBe(true);
    expect(sameFlag("--compilation-config.mode", "--compilation-config.cudagraph_mode")).toBe(false);
  });
});
