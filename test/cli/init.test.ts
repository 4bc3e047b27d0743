import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareText, systemClock, type Prepared } from "../../src/flow/index.ts";

const MAIN = resolve(import.meta.dirname, "../../src/cli/main.ts");
const BIN = resolve(import.meta.dirname, "../bin");
const EIGHT = Array.from({ length: 8 }, (_, i) => `NVIDIA B200, GPU-0000000${i}, 183359, 580.95.05`).join("\n");

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `servegate init` in a folder of its own, on a machine whose nvidia-smi knows what `env` says. */
function init(
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd = mkdtempSync(join(tmpdir(), "servegate-init-")),
): Promise<Answer & { cwd: string }> {
  return new Promise((settle) => {
    const child = execFile(
      process.execPath,
      [MAIN, "init", ...words],
      { cwd, env: { PATH: process.env["PATH"], HOME: cwd, ...env } },
      (_, stdout, stderr) => settle({ code: child.exitCode, stdout, stderr, cwd }),
    );
  });
}

/** The drafted text as it is planned on a machine where the engine is not installed. */
async function planned(text: string): Promise<Prepared> {
  const request = { file: "servegate.yml", baseDir: "/", site: { rehearsal: [] }, askVersion: false };
  const read = await prepareText(text, request, { clock: systemClock, signal: new AbortController().signal, env: {} });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe("servegate init", { timeout: 60_000 }, () => {
  it("takes a pasted command line apart into a configuration that parses and plans", async () => {
    const { code, stdout } = await init(
      (
        "--print -- HF_HOME=/data/hf numactl -N0 /opt/venv/bin/vllm serve moonshotai/Kimi-K2-Instruct --tensor-parallel-size 8 " +
        "--host 0.0.0.0 --port=8000 --served-model-name kimi --disable-custom-all-reduce"
      ).split(" "),
    );
    expect(code).toBe(0);
    const { config, plan } = await planned(stdout);
    expect(config).toMatchObject({
      engine: "vllm",
      model: "moonshotai/Kimi-K2-Instruct",
      machine: { count: 8 },
      launch: {
        prefix: ["numactl", "-N0"],
        command: ["/opt/venv/bin/vllm", "serve"],
        args: ["--tensor-parallel-size", "8", "--disable-custom-all-reduce"],
        env: { HF_HOME: "/data/hf" },
      },
      matrix: { axes: { "piecewise-cuda-graph": ["on", "off"] } },
    });
    expect(plan.cells).toHaveLength(2);
    expect(stdout).toContain("# custom-all-reduce is left out: --disable-custom-all-reduce decides it already");
    expect(stdout).toContain("count: 8} # 8 by the flags");
  });

  it.each([
    ["python3 -m sglang.launch_server --model-path Qwen/Qwen3-8B --tp 4", "sglang", "Qwen/Qwen3-8B", 4, 8],
    ["sglang serve --model-path=/models/m --tp-size=2 --dp-size 2 --enable-dp-attention", "sglang", "/models/m", 2, 8],
    ["python -m vllm.entrypoints.openai.api_server --model m/m -tp 2 -pp 2", "vllm", "m/m", 4, 4],
    ["transformers serve Qwen/Qwen3-0.6B --device auto", "transformers", "Qwen/Qwen3-0.6B", undefined, 4],
    ["./llama-server -m /models/x.gguf --port 8080 --ctx-size 4096", "command", "/models/x.gguf", undefined, 1],
  ] as const)("knows what %s starts", async (line, engine, model, count, cells) => {
    const { stdout } = await init(["--print", "--", ...line.split(" ")]);
    const { config, plan } = await planned(stdout);
    expect([config.engine, config.model, config.machine.count]).toEqual([engine, model, count]);
    expect(plan.cells).toHaveLength(cells);
  });

  it("finds the GPUs by nvidia-smi where no flag speaks of them, writes the file, and writes over none", async () => {
    const env = { PATH: [BIN, process.env["PATH"]].join(delimiter), FAKE_SMI_GPUS: EIGHT };
    const first = await init(["--", "vllm", "serve", "m"], env);
    const file = join(first.cwd, ".github/servegate.yml");
    expect(first.stdout).toBe("Wrote .github/servegate.yml. Next: servegate plan\n");
    const text = readFileSync(file, "utf8");
    expect((await planned(text)).config.machine).toEqual({ gpu: "NVIDIA B200", count: 8 });
    const again = await init(["--", "vllm", "serve", "other"], env, first.cwd);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("there is a file already")]);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("says in one sentence what cannot be found out", async () => {
    const nothing = await init(["--print"]);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("the model cannot be found out")]);
    const portless = await init(["--print", "--", "./server", "--model", "m"]);
    expect([portless.code, portless.stderr]).toEqual([2, expect.stringContaining("no --port says where its port goes")]);
    const other = await init(["--recipe", "kimi"]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("Recipes: deepseek-sglang, kimi-k2-8xb200-vllm")]);
  });
});
