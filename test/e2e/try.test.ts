import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/model/index.ts";
import { freshFolder, processesWith, servegate } from "./run-cli.ts";

function recordIn(dir: string): RunRecord {
  return JSON.parse(readFileSync(join(dir, "record.json"), "utf8")) as RunRecord;
}

// Both measure time against time. Another program's burst of work on a shared machine is a real change of speed, and one launch per side
// cannot tell it from the server's; hence the second try.
describe("servegate try", () => {
  it("tells the SGLang story: crashes with their reason, one regression, every report", { timeout: 150_000, retry: 1 }, async () => {
    const cwd = freshFolder();
    const { exitCode, stdout, stderr } = await servegate(["try"], { cwd });
    expect(exitCode, stdout + stderr).toBe(1);
    expect(stdout).toContain("rehearsal (simulated)");
    expect(stdout).toContain("tma-descriptor");
    expect(stdout).toMatch(/piecewise-cuda-graph=on and attention-backend=cutlass/);
    expect(stdout).toContain("rehearsed");
    expect(stdout).toMatch(/smoke passed: .*\n {2}numerics failed: decode does not compute what prefill computes: KL \d/);
    const record = recordIn(join(cwd, "servegate-out"));
    const failed = record.cells.filter((cell) => cell.launches.some((launch) => launch.outcome.state === "failed"));
    expect(failed.map(({ cell }) => [cell.axes["piecewise-cuda-graph"], cell.axes["attention-backend"]])).toEqual([
      ["on", "cutlass"],
      ["on", "cutlass"],
    ]);
    const judged = JSON.parse(readFileSync(join(cwd, "servegate-out/report.json"), "utf8")) as {
      verdict: { cells: { cell: string; class: string }[] };
    };
    const regressed = judged.verdict.cells.filter((cell) => cell.class === "regression").map((cell) => cell.cell);
    expect(regressed).toEqual(["rehearsal/piecewise-cuda-graph=off,attention-backend=fa2,custom-all-reduce=off"]);
    expect(await processesWith(cwd)).toEqual([]);

    const again = await servegate(["compare", "servegate-out/baseline", "servegate-out", "--format", "markdown"], { cwd });
    expect(again.stdout.trimEnd()).toBe(readFileSync(join(cwd, "servegate-out/report.md"), "utf8").trimEnd());
    expect(again.exitCode).toBe(1);
  });

  it("passes on the healthy rehearsal and still notices the fallback", { timeout: 150_000, retry: 1 }, async () => {
    const cwd = freshFolder();
    const { exitCode, stdout, stderr } = await servegate(["try", "--healthy"], { cwd });
    expect(exitCode, stdout + stderr).toBe(0);
    const fellBack = recordIn(join(cwd, "servegate-out")).cells.filter(({ launches }) =>
      launches.some((launch) => launch.resolved.some((setting) => setting.axis === "attention-backend" && setting.effect === "fallback")),
    );
    expect(fellBack).toHaveLength(2);
    expect(stdout).toMatch(/fell back|fallback/i);
  });
});
