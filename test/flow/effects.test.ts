import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { conclude, execute, prepareText, readyMachine, systemClock, type Conclusion } from "../../src/flow/index.ts";
import type { LaunchRecord, RunRecord } from "../../src/model/index.ts";

const REHEARSAL = [process.execPath, resolve(import.meta.dirname, "../../src/rehearsal/main.ts")];
const context = { clock: systemClock, signal: new AbortController().signal, env: process.env };

/** The whole path: configuration, plan, servers, checks, record, verdict, against the run itself as its baseline. */
async function ran(dialect: string, version: string, over: string): Promise<{ record: RunRecord; against: Conclusion }> {
  const dir = mkdtempSync(join(tmpdir(), "servegate-effects-"));
  const text = `version: 1
engine: rehearsal
engine-version: "${version}"
rehearsal: { dialect: ${dialect}, scenario: healthy }
${over}
`;
  const read = await prepareText(text, { file: "servegate.yml", baseDir: dir, site: { rehearsal: REHEARSAL }, askVersion: false }, context);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const machine = await readyMachine(read.value, join(dir, "ledger"), context);
  if (!machine.ok) throw new Error("the rehearsal asks nothing of the machine");
  const record = await execute(
    { prepared: read.value, machine: machine.value, outDir: join(dir, "out"), ledgerDir: join(dir, "ledger"), secrets: [] },
    context,
  );
  return { record, against: conclude(record, record) };
}

const launchOf = (record: RunRecord, id: string): LaunchRecord | undefined =>
  record.cells.find(({ cell }) => cell.id === `rehearsal/${id}`)?.launches[0];

const CHECKS = "throughput: [{ input: 32, output: 8, concurrency: [2], requests: 4 }]\ngates: [output_throughput drops no more than 50%]";

describe("a silent fallback", { timeout: 60_000 }, () => {
  it("of vLLM is reported with the line that proves it, and the two cells that it makes one are not compared", async () => {
    // On one GPU there is nothing to reduce.
    const { record, against } = await ran("vllm", "0.28.0", `model: Qwen/Qwen3-8B\nmatrix: { custom-all-reduce: [on, off] }\n${CHECKS}`);
    const setting = launchOf(record, "custom-all-reduce=on")?.resolved[0];
    expect(setting).toMatchObject({
      requested: "on",
      effect: "fallback",
      resolved: "off",
      evidence: expect.stringContaining("disable_custom_all_reduce=True"),
      because: "on one GPU there is nothing to reduce, and vLLM switches its kernels off",
    });
    const { verdict, view } = against;
    expect(verdict.warnings.join("\n")).toContain(
      "custom-all-reduce=on fell back to off, so it is now the same configuration as rehearsal/custom-all-reduce=off",
    );
    expect(view.settings[0]).toMatchObject({ effect: "fallback", evidence: setting?.evidence, because: setting?.because });
    // No pair of cells differs in the toggle, so that there is no effect of it to tell of.
    expect((verdict.effects ?? []).filter((effect) => effect.pairs > 0)).toEqual([]);
  });

  it("of SGLang is reported likewise; a cell known to come out as another is not run, and a base with other kernels is not compared", async () => {
    const over = `model: Qwen/Qwen3-8B\nlaunch: { args: [--tp, "4"] }\nmatrix: { piecewise-cuda-graph: [on], attention-backend: [VALUES] }\n${CHECKS}`;
    const { record } = await ran("sglang", "0.5.9", over.replace("VALUES", "cutlass"));
    const id = "piecewise-cuda-graph=on,attention-backend=cutlass";
    expect(launchOf(record, id)?.resolved[1]).toMatchObject({
      requested: "cutlass",
      effect: "fallback",
      resolved: "fa2",
      evidence: expect.stringContaining("CUTLASS backend is disabled when piecewise cuda graph is enabled"),
      because: "piecewise prefill graphs replace CUTLASS by FA2 on SM100",
    });

    const both = await ran("sglang", "0.5.9", over.replace("VALUES", "cutlass, fa2"));
    expect(both.record.cells.map(({ cell }) => cell.axes["attention-backend"])).toEqual(["fa2"]);
    expect(both.against.view.skipped).toMatchObject([{ kind: "identical", reason: expect.stringContaining("same server as rehearsal/") }]);

    const { record: base } = await ran("sglang", "0.5.4", over.replace("VALUES", "cutlass"));
    expect(launchOf(base, id)?.resolved[1]).toMatchObject({ effect: "as-requested", resolved: "cutlass" });
    const { comparison } = conclude(record, base);
    expect(comparison.changes).toEqual([]);
    expect(comparison.lost?.[0]?.reason).toContain("other settings were in effect than on the baseline: attention-backend");
  });
});

describe("a flag that does nothing", { timeout: 60_000 }, () => {
  it.each([
    // Qwen3 has no latent attention: vLLM takes the setting and has no use for it.
    ["vllm", "0.28.0", "mla-prefill-backend", "FLASHINFER", "model: Qwen/Qwen3-8B\nmatrix: { mla-prefill-backend: [FLASHINFER] }"],
    // The rehearsed SGLang registers the flag and knows no autotuner that it could switch off.
    ["sglang", "0.5.18", "expert-transport", "deepep", "model: Qwen/Qwen3-8B\nmatrix: { expert-transport: [deepep] }"],
  ])("in %s %s is inert: %s=%s", async (dialect, version, axis, value, over) => {
    const { record, against } = await ran(dialect, version, over);
    const [launch] = record.cells[0]?.launches ?? [];
    expect(launch?.resolved).toEqual([{ axis, requested: value, effect: "inert" }]);
    expect(against.verdict.warnings.join("\n")).toContain(`${axis}=${value} was accepted and showed no effect`);
    expect(against.view.settings[0]).toMatchObject({ effect: "inert", evidence: "the line that should have appeared did not" });
  });
});

describe("an argument that the engine refuses when it is started", { timeout: 60_000 }, () => {
  it.each([
    ["sglang", "0.5.18", "args: [--enable-piecewise-cuda-graf]", /unrecognized arguments/, /--help/],
    ["sglang", "0.5.18", "args: [--attention-backend, cutlas]", /invalid choice: 'cutlas'/, /^--attention-backend takes .*flashinfer/],
    ["vllm", "0.28.0", "args: [--kv-cache-dtype, fp3]", /invalid choice: 'fp3'/, /^--kv-cache-dtype takes auto,/],
  ])("is classified, with what to write instead: %s %s %s", async (dialect, version, args, line, remedy) => {
    const { record } = await ran(dialect, version, `model: Qwen/Qwen3-8B\nlaunch: { ${args} }`);
    const [launch] = record.cells[0]?.launches ?? [];
    expect(launch?.outcome).toMatchObject({ state: "failed" });
    expect(launch?.diagnosis?.class).toBe("bad-argument");
    expect(launch?.diagnosis?.evidence.join("\n")).toMatch(line);
    const told = launch?.diagnosis?.remedies.map(({ text, command }) => `${text} ${command ?? ""}`) ?? [];
    expect(told.some((text) => remedy.test(text))).toBe(true);
  });
});
