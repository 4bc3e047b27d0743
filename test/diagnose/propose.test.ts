import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { diagnose, propose, type Signature } from "../../src/diagnose/index.ts";
import { matcherOf } from "../../src/diagnose/match.ts";

const folder = mkdtempSync(join(tmpdir(), "servegate-propose-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const benign = readFileSync(resolve(import.meta.dirname, "../corpus/benign.txt"), "utf8").split("\n");

const FLUX = [
  "(EngineCore_DP0 pid=1) Traceback (most recent call last):",
  '(EngineCore_DP0 pid=1)   File "/venv/lib/python3.12/site-packages/vllm/v1/worker/flux.py", line 12, in charge',
  "(EngineCore_DP0 pid=1)     capacitor.fill(1.21)",
];

/** The proposed file, loaded as the shelf would load it. */
async function load(lines: readonly string[]): Promise<{ readonly id: string; readonly signature: Signature; readonly sample: string }> {
  const proposal = propose(diagnose(lines));
  if (proposal === undefined) throw new Error("nothing was proposed");
  const file = join(folder, `${proposal.id}.ts`);
  writeFileSync(file, proposal.signature.replace(/^import type .*\n/, "").replace(": Signature", ""));
  const [signature] = Object.values((await import(file)) as Record<string, Signature>);
  if (signature === undefined) throw new Error("the file exports nothing");
  return { id: proposal.id, signature, sample: proposal.sample };
}

function hits(signature: Signature, lines: readonly string[]): number {
  const matcher = matcherOf([signature])();
  for (const line of lines) matcher.push(line);
  return matcher.end().hits.length;
}

describe("a signature proposed for an error nobody knows", () => {
  it("knows the same error with other numbers, addresses and paths, and nothing benign", async () => {
    const { signature, sample } = await load([
      ...FLUX,
      "(EngineCore_DP0 pid=1) FluxError: capacitor 0x7f21 is dry after 88 ms in /srv/a/b",
    ]);
    expect(hits(signature, sample.split("\n"))).toBe(1);
    expect(hits(signature, ["(Worker_TP1 pid=7) FluxError: capacitor 0xdead is dry after 9.5 ms in /home/ci/x"])).toBe(1);
    expect(hits(signature, ["FluxError: capacitor 0xdead is wet after 9.5 ms in /home/ci/x"])).toBe(0);
    expect(hits(signature, benign)).toBe(0);
  });

  it("tells an exception without a message by the function that raised it", async () => {
    const { signature, sample } = await load([...FLUX, "(EngineCore_DP0 pid=1) FluxError"]);
    expect(hits(signature, sample.split("\n"))).toBe(1);
    expect(hits(signature, ['  File "/x/vllm/v1/worker/flux.py", line 900, in discharge', "FluxError"])).toBe(0);
  });

  it("is not made for an error that a signature knows, nor of a healthy log", () => {
    expect(propose(diagnose(["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB."]))).toBeUndefined();
    expect(propose(diagnose(benign))).toBeUndefined();
  });

  it("keeps its name when the same error comes back", async () => {
    const again = FLUX.map((line) => line.replace("pid=1", "pid=4711").replace("line 12", "line 13"));
    const one = await load([...FLUX, "(EngineCore_DP0 pid=1) FluxError: capacitor 1 is dry"]);
    const two = await load([...again, "(EngineCore_DP0 pid=4711) FluxError: capacitor 2 is dry"]);
    expect(two.id).toBe(one.id);
  });
});
