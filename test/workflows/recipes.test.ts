import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareText, systemClock, type Prepared } from "../../src/flow/index.ts";
import { commandLine } from "../../src/report/index.ts";

const FOLDER = resolve(import.meta.dirname, "../../workflows/recipes");
const NEWEST = { sglang: "0.5.23", vllm: "0.33.0" } as const;

async function planned(name: string, engineVersion: string): Promise<Prepared> {
  const text = readFileSync(join(FOLDER, `${name}.yml`), "utf8");
  const request = { file: `${name}.yml`, baseDir: FOLDER, site: { rehearsal: [] }, askVersion: false, engineVersion };
  const read = await prepareText(text, request, { clock: systemClock, signal: new AbortController().signal, env: {} });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const commands = ({ plan }: Prepared): string[] => plan.cells.map(({ launch }) => commandLine(launch.argv, launch.env));

describe("the recipe", () => {
  it("of every file begins with what it is for, and plans for the newest release", async () => {
    const names = readdirSync(FOLDER).map((file) => file.replace(/\.yml$/, ""));
    expect(names.toSorted()).toEqual(["deepseek-sglang", "kimi-k2-8xb200-vllm", "llama-2gpu-vllm", "qwen3-sglang"]);
    for (const name of names) {
      const text = readFileSync(join(FOLDER, `${name}.yml`), "utf8");
      expect(text, name).toMatch(/^# \S.{20,}\n/);
      const engine = text.includes("engine: vllm") ? "vllm" : "sglang";
      expect((await planned(name, NEWEST[engine])).plan.cells.length, name).toBeGreaterThan(1);
    }
  });

  it.each(["0.11.0", "0.28.0", "0.33.0"])("for Kimi-K2 is the guide's two forms in vLLM %s, the one that serves first", async (version) => {
    const prepared = await planned("kimi-k2-8xb200-vllm", version);
    const fusion = version === "0.11.0" ? "enable_fi_allreduce_fusion" : "fuse_allreduce_rms";
    const head =
      "vllm serve {model} --host 127.0.0.1 --port {port} --served-model-name {name} --tensor-parallel-size 8 --trust-remote-code";
    expect(commands(prepared)).toEqual([
      `VLLM_ALLREDUCE_USE_SYMM_MEM=0 VLLM_SERVER_DEV_MODE=1 ${head} --disable-custom-all-reduce --compilation-config.pass_config.${fusion}=false ` +
        "--kv-cache-dtype auto --max-num-batched-tokens 8192 --max-num-seqs 64",
      `VLLM_SERVER_DEV_MODE=1 ${head} --kv-cache-dtype fp8 --max-num-batched-tokens 16384 --max-num-seqs 128`,
    ]);
    expect(prepared.config.machine).toMatchObject({ gpu: "NVIDIA B200", count: 8 });
  });

  it.each([
    ["0.5.4", 4],
    ["0.5.10", 4],
    ["0.5.14", 6],
    ["0.5.18", 8],
    ["0.5.23", 8],
  ])("for Qwen3 is the pull request's matrix; SGLang %s tells %i of its cells apart and names the others", async (version, cells) => {
    const { plan } = await planned("qwen3-sglang", version);
    expect([plan.cells.length, plan.cells.length + plan.skipped.length]).toEqual([cells, 8]);
    expect(plan.skipped.every(({ kind }) => kind === "identical")).toBe(true);
  });

  it("for DeepSeek leaves out what SGLang would switch off by itself", async () => {
    const { plan } = await planned("deepseek-sglang", "0.5.23");
    expect(plan.cells).toHaveLength(6);
    expect(plan.skipped.map(({ kind }) => kind)).toEqual(["excluded", "excluded"]);
  });

  it("for Llama is four cells on two GPUs", async () => {
    const { plan } = await planned("llama-2gpu-vllm", "0.28.0");
    expect([plan.cells.length, plan.gpus]).toEqual([4, 2]);
  });
});
