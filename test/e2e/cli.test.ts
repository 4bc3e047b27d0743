import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/model/index.ts";
import { freshFolder, processesWith, rehearsal, servegate } from "./run-cli.ts";

function folderWith(config: string | Buffer): string {
  const cwd = freshFolder();
  mkdirSync(join(cwd, ".github"));
  writeFileSync(join(cwd, ".github/servegate.yml"), config);
  return cwd;
}

const KIMI = {
  dialect: "vllm",
  version: "0.11.0",
  scenario: "vllm-kimi-k2",
  checks: "accuracy: [{ dataset: arithmetic, questions: 20 }]\nthroughput: [{ input: 32, output: 16, concurrency: [4], requests: 16 }]",
  args: '[-tp, "8"]',
} as const;

describe("servegate run", () => {
  it("tells the vLLM story before the fix: class, worker, remedies in the guide's order", { timeout: 60_000 }, async () => {
    const matrix = "{ kv-cache-dtype: [fp8], max-batched-tokens: [16384], max-sequences: [128] }";
    const cwd = folderWith(rehearsal({ ...KIMI, matrix }));
    const { exitCode, stdout, stderr } = await servegate(["run"], { cwd });
    expect(exitCode, stdout + stderr).toBe(1);
    const record = JSON.parse(readFileSync(join(cwd, "servegate-out/record.json"), "utf8")) as RunRecord;
    const diagnosis = record.cells[0]?.launches[0]?.diagnosis;
    expect(["tma-descriptor", "illegal-memory-access"]).toContain(diagnosis?.class);
    const axes = diagnosis?.remedies.map((remedy) =>
      Object.entries(remedy.axes ?? {})
        .map(([axis, value]) => `${axis}=${value}`)
        .join(),
    );
    expect(axes?.slice(0, 4)).toEqual(["custom-all-reduce=off", "kv-cache-dtype=auto", "max-batched-tokens=8192", "max-sequences=64"]);
    expect(stdout).toContain("custom_all_reduce.cuh:455");
    expect(stdout).toContain("--disable-custom-all-reduce");
  });

  it("tells the vLLM story after the fix, with the guide's six-point checklist", { timeout: 60_000 }, async () => {
    const matrix = "{ custom-all-reduce: [off], kv-cache-dtype: [auto], max-batched-tokens: [8192], max-sequences: [64] }";
    const cwd = folderWith(rehearsal({ ...KIMI, matrix }));
    const { exitCode, stdout, stderr } = await servegate(["run"], { cwd });
    expect(exitCode, stdout + stderr).toBe(0);
    const page = readFileSync(join(cwd, "servegate-out/report.html"), "utf8");
    const points = [
      "Starts without an error",
      "All workers are up",
      "KV cache is allocated",
      "Application startup complete",
      "Endpoint answers",
      "Model responds",
    ];
    expect(points.filter((point) => !page.toLowerCase().includes(point.toLowerCase()))).toEqual([]);
    expect(stdout).toContain("6 of 6");
  });

  it("shows what had finished after it was killed during a cell", { timeout: 60_000 }, async () => {
    const cwd = folderWith(rehearsal({ checks: "throughput: [{ input: 32, output: 64, concurrency: [1], requests: 60 }]" }));
    const killed = await servegate(["run"], {
      cwd,
      onText: (text, child) => {
        if (text.includes("[2/2]")) child.kill("SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    const report = await servegate(["report", "servegate-out"], { cwd });
    expect(report.stdout).toContain("custom-all-reduce=on");
    expect(report.stdout).toMatch(/interrupted/i);
    expect(report.exitCode).not.toBe(0);
    await expect.poll(() => processesWith(cwd), { timeout: 10_000 }).toEqual([]);
  });

  it("keeps an earlier run when a new one writes to the same folder", { timeout: 60_000 }, async () => {
    const cwd = folderWith(rehearsal({ matrix: "{ custom-all-reduce: [on] }", checks: "" }));
    expect((await servegate(["run", "--quiet"], { cwd })).exitCode).toBe(0);
    const first = readFileSync(join(cwd, "servegate-out/record.json"), "utf8");
    const second = await servegate(["run"], { cwd });
    const [, place = ""] = /moved to (.+)\.$/m.exec(second.stderr) ?? [];
    expect(readFileSync(join(place, "record.json"), "utf8")).toBe(first);
  });
});

describe("a broken configuration", () => {
  const cases: [string, string | Buffer, string][] = [
    ["an unknown key", "version: 1\nengine: sglang\nmodel: m\ngate: []\n", 'did you mean "gates"'],
    ["an empty file", "", "holds no configuration"],
    ["a binary file", Buffer.from([0, 1, 2, 255, 254]), "text"],
    ["an impossible gate", "version: 1\nengine: sglang\nmodel: m\ngates: [ttft_p99 < 5%]\n", "ttft_p99"],
    [
      "an alias bomb",
      `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f", "g", "h"].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${"abcdefg"[i]}`).join(",")}]`).join("\n")}\n`,
      "alias",
    ],
  ];
  it.each(cases)("with %s exits 2, names the place and starts nothing", { timeout: 20_000 }, async (_name, text, says) => {
    const cwd = folderWith(text);
    const { exitCode, stderr } = await servegate(["run"], { cwd });
    expect(exitCode, stderr).toBe(2);
    expect(stderr.toLowerCase()).toContain(says.toLowerCase());
    expect(stderr).toContain("servegate.yml");
    expect(existsSync(join(cwd, "servegate-out"))).toBe(false);
  });

  it("that is missing exits 2 and says where one belongs", { timeout: 20_000 }, async () => {
    const { exitCode, stderr } = await servegate(["run"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(".github/servegate.yml");
  });
});

describe("the other verbs", () => {
  it("plan shows argv, environment and reasons", { timeout: 20_000 }, async () => {
    const cwd = folderWith(rehearsal({ matrix: "{ custom-all-reduce: [on, off], exclude: [{ custom-all-reduce: off }] }" }));
    const { exitCode, stdout } = await servegate(["plan"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--served-model-name {name}");
    expect(stdout).toContain("excluded");
  });

  it("doctor tells this machine's rows and never calls unknown clean", { timeout: 60_000 }, async () => {
    const { stdout } = await servegate(["doctor", "--json"]);
    const rows = JSON.parse(stdout) as { id: string; status: string; fix: string }[];
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter((row) => row.status !== "ok" && row.fix === "")).toEqual([]);
  });

  it("diagnose reads standard input and answers as JSON", { timeout: 20_000 }, async () => {
    const log =
      "Scheduler hit an exception: Traceback (most recent call last):\nAttributeError: 'DecodeMetadata' object has no attribute 'prefill_wrappers'\n";
    const { exitCode, stdout } = await servegate(["diagnose", "-", "--json"], { stdin: log });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ class: "attention-metadata" });
  });

  it("report of something that is no record is a configuration problem", { timeout: 20_000 }, async () => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, "record.json"), "{ not json");
    const { exitCode, stderr } = await servegate(["report", "record.json"], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("record.json");
  });

  it.each(["try", "run", "plan", "doctor", "diagnose", "bench", "compare", "report", "merge", "schema"])(
    "%s explains itself with --help",
    { timeout: 20_000 },
    async (verb) => {
      const { exitCode, stdout } = await servegate([verb, "--help"]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`Usage: servegate ${verb}`);
    },
  );

  it("answers an unknown verb with exit 2", { timeout: 20_000 }, async () => {
    expect((await servegate(["tri"])).exitCode).toBe(2);
  });
});
