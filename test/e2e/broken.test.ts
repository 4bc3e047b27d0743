import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshFolder, servegate } from "./run-cli.ts";

const table = readFileSync(join(import.meta.dirname, "../config/broken.md"), "utf8");
const cases = [...table.matchAll(/### (.+)\n\n~~~yaml\n([^]*?)~~~\n\n~~~text\n([^]*?)\n~~~/g)].map(([, title = "", yaml = ""]) => ({
  title,
  yaml,
}));

/** Every third row of the table, through the committed command line; the rest is read by `test/config/broken.test.ts`. */
const chosen = cases.filter((_, index) => index % 3 === 0);

/** A PATH on which every program that a run could start leaves a trace instead. */
function tripwires(): { path: string; tripped: () => boolean } {
  const folder = freshFolder();
  const trace = join(folder, "tripped");
  for (const name of ["vllm", "sglang", "transformers", "python", "python3", "nvidia-smi", "docker", "unshare", "setpriv", "sh"]) {
    writeFileSync(join(folder, name), `#!/bin/bash\necho ${name} >> ${trace}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { path: `${folder}:${dirname(process.execPath)}`, tripped: () => existsSync(trace) };
}

describe("the committed command line, given a broken configuration", () => {
  it("has at least thirty to refuse", () => {
    expect(chosen.length).toBeGreaterThanOrEqual(30);
  });

  it.each(chosen)("refuses $title with exit 2, the place and a hint, and starts no process", { timeout: 20_000 }, async ({ yaml }) => {
    const cwd = freshFolder();
    const wires = tripwires();
    mkdirSync(join(cwd, ".github"));
    writeFileSync(join(cwd, ".github/servegate.yml"), yaml);
    const { exitCode, stderr } = await servegate(["run"], { cwd, env: { PATH: wires.path } });
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(/servegate\.yml:\d+:\d+/);
    expect(stderr).toMatch(/\n {4}\S/);
    expect(stderr).toContain("nothing was started");
    expect(wires.tripped()).toBe(false);
    expect(existsSync(join(cwd, "servegate-out"))).toBe(false);
  });
});
