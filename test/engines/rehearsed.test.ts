import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { cleanLine, engineFor, fillLaunch, phaseReader, resolveEffects, type RehearsalDialect } from "../../src/engines/index.ts";
import type { MatrixConfig, Phase, ResolvedSetting } from "../../src/model/index.ts";
import { plan } from "../../src/plan/index.ts";
import { aConfig } from "../plan/a-config.ts";

const MAIN = resolve(import.meta.dirname, "../../src/rehearsal/main.ts");

/** Plans one cell, starts it on the rehearsal server, and resolves what took effect once it is ready. */
async function rehearse(dialect: RehearsalDialect, engineVersion: string, args: string[], include: MatrixConfig["include"][number]) {
  const rehearsal = { dialect, scenario: "healthy" } as const;
  const config = aConfig({ engine: "rehearsal", rehearsal, engineVersion, launch: { args }, matrix: { include: [include] } });
  const planned = plan(config, { site: { rehearsal: [process.execPath, MAIN] } });
  const cell = planned.cells[0];
  if (cell === undefined) throw new Error(JSON.stringify(planned));
  const engine = engineFor("rehearsal", dialect, engineVersion);
  const port = await freePort();
  const { argv, env } = fillLaunch(cell.launch, { port, name: "n1", model: "Qwen/Qwen3-8B" });
  const child = spawn(argv[0] ?? "", argv.slice(1), { env: { ...process.env, ...env } });
  const lines: string[] = [];
  const phases: Phase[] = [];
  try {
    await new Promise<void>((done, fail) => {
      const opens = phaseReader(engine);
      const read = (raw: string): void => {
        lines.push(cleanLine(raw, engine));
        const phase = opens(lines.at(-1) ?? "");
        if (phase !== undefined) phases.push(phase);
        if (phase === "ready") done();
      };
      for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", read);
      child.on("exit", () => fail(new Error(lines.join("\n"))));
    });
    const answer = await fetch(`http://127.0.0.1:${port}${engine.dialect.serverInfo}`);
    expect(answer.status).toBe(200);
    return { phases, resolved: resolveEffects(cell.proofs, { lines, serverInfo: await answer.json() }) };
  } finally {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
  }
}

const short = (resolved: readonly ResolvedSetting[]) =>
  resolved.map((item) => `${item.axis}=${item.requested} ${item.effect} ${item.resolved}`);

describe("a rehearsed server", () => {
  it("of SGLang shows CUTLASS giving way to FA2, and what did take effect", { timeout: 60_000 }, async () => {
    const cell = { "piecewise-cuda-graph": "on", "attention-backend": "cutlass", "custom-all-reduce": "off", "max-sequences": "64" };
    const { phases, resolved } = await rehearse("sglang", "0.5.9", ["--tp", "4"], cell);
    expect(phases.at(-1)).toBe("ready");
    expect(short(resolved)).toEqual([
      "piecewise-cuda-graph=on as-requested on",
      "attention-backend=cutlass fallback fa2",
      "custom-all-reduce=off as-requested off",
      "max-sequences=64 as-requested 64",
    ]);
    expect(resolved[1]?.evidence).toContain("CUTLASS backend is disabled when piecewise cuda graph is enabled");
  });

  it("of vLLM shows the story's flags in effect, and a flag that did nothing as inert", { timeout: 60_000 }, async () => {
    const cell = { "attention-backend": "cutlass", "custom-all-reduce": "off", "kv-cache-dtype": "fp8", "max-batched-tokens": "16384" };
    const { phases, resolved } = await rehearse("vllm", "0.28.0", ["-tp", "4"], cell);
    expect(phases.at(-1)).toBe("ready");
    expect(short(resolved)).toEqual([
      // Qwen3 is no MLA model: vLLM takes the MLA setting and has no use for it.
      "attention-backend=cutlass inert undefined",
      "custom-all-reduce=off as-requested off",
      "kv-cache-dtype=fp8 as-requested fp8",
      "max-batched-tokens=16384 as-requested 16384",
    ]);
  });
});

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? done(address.port) : fail(new Error("no port"))));
    });
  });
}
