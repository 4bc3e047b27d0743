import { describe, expect, it } from "vitest";
import { notes, parseConfig } from "../../src/config/index.ts";
import type { Config } from "../../src/model/index.ts";
import { problemText } from "../../src/model/index.ts";
import { FULL, LEAST } from "./examples.ts";

function config(text: string | Uint8Array): Config {
  const parsed = parseConfig(text, "servegate.yml", "2026-11-21");
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problemText(problem, "servegate.yml")).join("\n"));
  return parsed.value;
}

const matrix = (text: string): Config["matrix"] => config(`version: 1\nengine: sglang\nmodel: m\nmatrix: ${text}\n`).matrix;

describe("a configuration", () => {
  it("takes loads of other lengths, beginnings, arrivals and files, and bounds for goodput", () => {
    const load =
      "{ input: 1024, output: 128, rate: [2, 8], burstiness: 0.5, spread: 0.5, prefix: { tokens: 512, groups: 4 }, slo: { ttft: 200ms } }";
    const file = "{ input: 64, output: 32, workload: ./trace.jsonl, replay: true }";
    expect(config(`${LEAST}throughput: [ ${load}, ${file} ]`).throughput).toEqual([
      {
        input: 1024,
        output: 128,
        concurrency: [],
        requests: undefined,
        rate: [2, 8],
        burstiness: 0.5,
        spread: 0.5,
        prefix: { tokens: 512, groups: 4 },
        slo: { ttftMs: 200 },
      },
      { input: 64, output: 32, concurrency: [], requests: undefined, workload: { path: "./trace.jsonl", replay: true } },
    ]);
  });

  it("is read whole", () => {
    expect(config(FULL)).toMatchInlineSnapshot(`
      {
        "accuracy": [
          {
            "concurrency": 16,
            "dataset": "gsm8k",
            "endpoint": "chat",
            "maxTokens": 256,
            "questions": 200,
          },
        ],
        "baseline": {
          "branch": "main",
          "from": "branch",
          "maxAgeMs": 2592000000,
          "remote": "origin",
          "store": "servegate-baselines",
          "window": 10,
        },
        "engine": "sglang",
        "expectedFailures": [
          {
            "class": "tma-descriptor",
            "expires": "2027-03-31",
            "issue": "https://github.com/sgl-project/sglang/pull/12067",
            "when": {
              "attention-backend": "cutlass",
              "piecewise-cuda-graph": "on",
            },
          },
        ],
        "gates": [
          {
            "kind": "relative",
            "margins": [
              {
                "unit": "%",
                "value": 3,
              },
            ],
            "metric": "output_throughput",
            "text": "output_throughput drops no more than 3%",
            "worse": "drops",
          },
          {
            "kind": "relative",
            "margins": [
              {
                "unit": "%",
                "value": 5,
              },
              {
                "unit": "ms",
                "value": 20,
              },
            ],
            "metric": "ttft_p50",
            "text": "ttft_p50 rises no more than 5% and 20 ms",
            "worse": "rises",
          },
          {
            "kind": "relative",
            "margins": [
              {
                "unit": "points",
                "value": 1,
              },
            ],
            "metric": "accuracy",
            "text": "accuracy drops no more than 1 point",
            "worse": "drops",
          },
        ],
        "launch": {
          "args": [
            "--tp",
            "4",
          ],
          "command": undefined,
          "env": {},
          "readyTimeoutMs": 1200000,
          "requestTimeoutMs": 120000,
          "stallTimeoutMs": 300000,
          "url": undefined,
        },
        "launches": 1,
        "machine": {
          "count": 4,
          "gpu": "NVIDIA B200",
        },
        "matrix": {
          "axes": {
            "attention-backend": [
              "cutlass",
              "fa2",
            ],
            "custom-all-reduce": [
              "on",
              "off",
            ],
            "piecewise-cuda-graph": [
              "on",
              "off",
            ],
          },
          "exclude": [],
          "include": [],
        },
        "model": "Qwen/Qwen3-8B",
        "rehearsal": undefined,
        "smoke": {
          "concurrent": 16,
        },
        "throughput": [
          {
            "concurrency": [
              1,
              16,
              64,
            ],
            "input": 1024,
            "output": 1024,
            "requests": undefined,
          },
        ],
        "version": 1,
      }
    `);
  });

  it("needs a version, an engine and a model; the rest has defaults", () => {
    expect(config(LEAST)).toMatchInlineSnapshot(`
      {
        "accuracy": [],
        "baseline": {
          "from": "none",
        },
        "engine": "vllm",
        "expectedFailures": [],
        "gates": [],
        "launch": {
          "args": [],
          "command": undefined,
          "env": {},
          "readyTimeoutMs": 1200000,
          "requestTimeoutMs": 120000,
          "stallTimeoutMs": 300000,
          "url": undefined,
        },
        "launches": 1,
        "machine": {},
        "matrix": {
          "axes": {},
          "exclude": [],
          "include": [],
        },
        "model": "m",
        "rehearsal": undefined,
        "smoke": {
          "concurrent": 16,
        },
        "throughput": [],
        "version": 1,
      }
    `);
  });

  it("has the smoke test on unless it says false", () => {
    expect(config(`${LEAST}smoke: {}`).smoke).toEqual({ concurrent: 16 });
    expect(config(`${LEAST}smoke: true`).smoke).toEqual({ concurrent: 16 });
    expect(config(`${LEAST}smoke: { concurrent: 4 }`).smoke).toEqual({ concurrent: 4 });
    expect(config(`${LEAST}smoke: false\naccuracy: [ { dataset: arithmetic } ]`).smoke).toBeUndefined();
  });

  it("takes on and off quoted, bare, in YAML 1.1's words, and as booleans", () => {
    for (const pair of ["[on, off]", '["on", "off"]', "['on', 'off']", "[true, false]", "[yes, no]", "[On, OFF]", '["yes", "false"]'])
      expect(matrix(`{ eager: ${pair} }`).axes).toEqual({ eager: ["on", "off"] });
    expect(matrix("{ eager: [on, off], exclude: [ { eager: false } ] }").exclude).toEqual([{ eager: "off" }]);
  });

  it("turns numbers in the matrix into text, 0.90 and 0.9 alike", () => {
    expect(matrix("{ max-sequences: [128, '256'], gpu-memory: [0.90] }").axes).toEqual({
      "max-sequences": ["128", "256"],
      "gpu-memory": ["0.9"],
    });
  });

  it("keeps the order of axes and values as written", () => {
    expect(Object.entries(matrix("{ eager: [off, on], attention-backend: [fa2, cutlass] }").axes)).toEqual([
      ["eager", ["off", "on"]],
      ["attention-backend", ["fa2", "cutlass"]],
    ]);
  });

  it("includes cells with axes that are not varied, and lets failures be expected in them", () => {
    const ledger = "expected-failures: [ { when: { kv-cache-dtype: fp8 }, class: nccl, issue: https://a.example/1, expires: 2027-01-01 } ]";
    const read = config(
      `version: 1\nengine: vllm\nmodel: m\nmatrix: { eager: [on], include: [ { kv-cache-dtype: fp8, eager: off } ] }\n${ledger}`,
    );
    expect(read.matrix.include).toEqual([{ "kv-cache-dtype": "fp8", eager: "off" }]);
    expect(read.expectedFailures[0]?.when).toEqual({ "kv-cache-dtype": "fp8" });
  });

  it("passes arguments and variables on as they were written, where YAML would make numbers of them", () => {
    const { args, env } = config(
      `${LEAST}launch: { args: [--tp, 4, --ratio, 0.10, --flag, yes, 0x10], env: { A: 1.50, B: true, C: "" } }`,
    ).launch;
    expect(args).toEqual(["--tp", "4", "--ratio", "0.10", "--flag", "yes", "0x10"]);
    expect(env).toEqual({ A: "1.50", B: "true", C: "" });
    expect(config(`${LEAST}engine-version: 0.10`).engineVersion).toBe("0.10");
  });

  const DAY_MS = 86_400_000;

  it("reads durations in their units", () => {
    const read = (text: string): number => config(`${LEAST}launch: { ready-timeout: ${text} }`).launch.readyTimeoutMs;
    expect([read("500ms"), read("90s"), read("20m"), read("1.5h"), read("2d")]).toEqual([500, 90_000, 1_200_000, 5_400_000, 2 * DAY_MS]);
  });

  it.each([
    ["baseline: none", { from: "none" }],
    ["baseline: { from: none }", { from: "none" }],
    [
      "baseline: { from: main }",
      { from: "branch", branch: "main", store: "servegate-baselines", remote: "origin", window: 10, maxAgeMs: 30 * DAY_MS },
    ],
    [
      "baseline: { from: release/1.2, store: data/kept, remote: upstream, window: 4, max-age: 36h }",
      { from: "branch", branch: "release/1.2", store: "data/kept", remote: "upstream", window: 4, maxAgeMs: 1.5 * DAY_MS },
    ],
    ["baseline: ./kept", { from: "directory", path: "./kept" }],
    ["baseline: kept/record.json", { from: "directory", path: "kept/record.json" }],
    ["baseline: { directory: kept }", { from: "directory", path: "kept" }],
    ["baseline: { directory: kept, max-age: 14d }", { from: "directory", path: "kept", maxAgeMs: 14 * DAY_MS }],
    ["baseline: { history: ./kept }", { from: "history", path: "./kept", window: 10, maxAgeMs: 30 * DAY_MS }],
    ["baseline: { history: kept, window: 4, max-age: 7d }", { from: "history", path: "kept", window: 4, maxAgeMs: 7 * DAY_MS }],
    [
      "baseline: { rebuild: { base: [/a/vllm, serve], head: [/b/vllm, serve] } }",
      { from: "rebuild", base: ["/a/vllm", "serve"], head: ["/b/vllm", "serve"] },
    ],
  ])("understands `%s`", (text, baseline) => {
    expect(config(LEAST + text).baseline).toEqual(baseline);
  });

  it("asks `engine: command` for no command where base and head have one each", () => {
    const read = config('version: 1\nengine: command\nmodel: m\nbaseline: { rebuild: { base: [./a, "{port}"], head: [./b, "{port}"] } }');
    expect(read).toMatchObject({ engine: "command", baseline: { from: "rebuild", head: ["./b", "{port}"] } });
    expect(read.launch.command).toBeUndefined();
  });

  it("attaches to a url without its trailing slash", () => {
    expect(config(`${LEAST}launch: { url: "http://127.0.0.1:8000/" }`).launch.url).toBe("http://127.0.0.1:8000");
    const elsewhere = [
      "169.254.169.254",
      "10.0.0.1",
      "metadata.google.internal",
      "127.0.0.1.evil.example",
      "[::ffff:169.254.169.254]",
      "0x7f.evil",
    ];
    for (const host of elsewhere) expect(parseConfig(`${LEAST}launch: { url: "http://${host}/" }`, "servegate.yml").ok, host).toBe(false);
  });

  it("takes one load level without a list", () => {
    expect(config(`${LEAST}throughput: [ { input: 8, output: 8, concurrency: 4 } ]`).throughput[0]?.concurrency).toEqual([4]);
    expect(config(`${LEAST}throughput: [ { input: 8, output: 8, rate: 0.5 } ]`).throughput[0]).toMatchObject({
      concurrency: [],
      rate: [0.5],
    });
  });

  it("uses the dialect's axes for a rehearsal", () => {
    const read = config(
      "version: 1\nengine: rehearsal\nmodel: m\nrehearsal: { dialect: vllm, scenario: ./own.json }\nmatrix: { max-sequences: [8] }",
    );
    expect(read.rehearsal).toEqual({ dialect: "vllm", scenario: "./own.json" });
    expect(config("version: 1\nengine: rehearsal\nmodel: m").rehearsal).toEqual({ dialect: "sglang", scenario: "healthy" });
  });

  it("follows aliases", () => {
    expect(matrix("{ eager: &both [on, off], custom-all-reduce: *both }").axes).toEqual({
      eager: ["on", "off"],
      "custom-all-reduce": ["on", "off"],
    });
  });

  it("takes bytes, with or without a byte order mark", () => {
    expect(config(Buffer.from(`\uFEFF${LEAST}`)).engine).toBe("vllm");
  });

  it("leaves an expired entry to the verdict when no day is given", () => {
    expect(parseConfig(FULL.replace("2027-03-31", "2020-01-01"), "servegate.yml").ok).toBe(true);
    expect(parseConfig(FULL.replace("2027-03-31", "2026-11-21"), "servegate.yml", "2026-11-21").ok).toBe(true);
  });
});

describe("notes on a configuration", () => {
  it("say nothing where everything is tested", () => {
    expect(notes(config(FULL))).toEqual([]);
  });

  it("say what is not tested", () => {
    expect(notes(config(LEAST))).toEqual(["No gates are configured: numbers are shown and none can fail the run."]);
    const load = "smoke: false\nthroughput: [ { input: 8, output: 8, concurrency: [1, 64] } ]\n";
    expect(notes(config(`${LEAST}${load}gates: [ ttft_p99 < 5 s, output_throughput drops no more than 3% ]`))).toEqual([
      "No baseline is configured: gates that say drops or rises are not tested.",
      "The smoke test is off.",
      "ttft_p99 is withheld below 368 requests, and no level sends more than 256: its gate is not tested.",
    ]);
  });
});
