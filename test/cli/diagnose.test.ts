import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { diagnose } from "../../src/diagnose/index.ts";
import { diagnosisJsonSchema } from "../../src/record/index.ts";

const MAIN = resolve(import.meta.dirname, "../../src/cli/main.ts");
const CORPUS = resolve(import.meta.dirname, "../corpus");
const STORY = join(CORPUS, "startup/crash/sglang-0.5.4-tma.log");
const folder = mkdtempSync(join(tmpdir(), "servegate-diagnose-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(argv: readonly string[], input?: string): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [MAIN, "diagnose", ...argv], { encoding: "utf8", ...(input === undefined ? {} : { input }) });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

describe("servegate diagnose", () => {
  it("tells a story in words that do not change by accident", async () => {
    const { code, out } = run([STORY]);
    expect(code).toBe(1);
    await expect(out).toMatchFileSnapshot("snapshots/diagnose-tma.txt");
  });

  it("prints one document, the same from a file and from standard input, and what a run would record", async () => {
    const file = run([STORY, "--json", "--engine", "sglang"]);
    const piped = run(["-", "--json", "--engine", "sglang"], readFileSync(STORY, "utf8"));
    expect(piped.out).toBe(file.out);
    expect(JSON.parse(file.out)).toEqual(diagnose(readFileSync(STORY, "utf8").replace(/\n$/, "").split("\n"), { engine: "sglang" }));
    await expect(file.out).toMatchFileSnapshot("snapshots/diagnose-tma.json.txt");
  });

  it("prints documents that fit their schema, for every sample there is", () => {
    const valid = new Ajv({ strict: false }).compile(diagnosisJsonSchema());
    const samples = ["failures", "healthy"].flatMap((kind) => readdirSync(join(CORPUS, kind)).map((name) => join(CORPUS, kind, name)));
    const odd = samples.filter((sample) => !valid(diagnose(readFileSync(sample, "utf8").split("\n"))));
    expect(odd).toEqual([]);
  });

  it("ends with 0 on a healthy log", () => {
    const { code, out } = run([join(CORPUS, "healthy/vllm-noisy.log")]);
    expect({ code, out }).toEqual({ code: 0, out: "healthy: no failure was recognised.\n" });
  });

  it("writes a signature and its sample for an error that none knows", () => {
    const { err } = run(["-", "--propose", folder], 'File "/x/flux.py", line 3, in charge\nFluxError: capacitor 7 is dry\n');
    const written = readdirSync(folder);
    expect(written.map((name) => name.replace(/^seen-[0-9a-f]{8}/, "seen")).toSorted()).toEqual(["seen.log", "seen.ts"]);
    expect(err).toContain(join(folder, written.find((name) => name.endsWith(".ts")) ?? ""));
  });
});
