import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBaseline, saveBaseline } from "../../src/baseline/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "servegate-baseline-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe("a baseline", () => {
  it("is found again where it was kept, by folder, by file, and from where the configuration lies", async () => {
    expect(await saveBaseline(aRecord(), join(dir, "kept"))).toEqual({ saved: join(dir, "kept", "record.json") });
    for (const path of [join(dir, "kept"), join(dir, "kept", "record.json"), "kept", "./kept/record.json"])
      expect(await readBaseline({ from: "directory", path }, dir)).toEqual({ found: aRecord() });
  });

  it("replaces the one kept before, and leaves nothing else", async () => {
    await saveBaseline(aRecord({ run: { id: "old" } }), dir);
    await saveBaseline(aRecord({ run: { id: "new" } }), dir);
    expect(await readBaseline({ from: "directory", path: "." }, dir)).toMatchObject({ found: { run: { id: "new" } } });
    expect(readdirSync(dir)).toEqual(["record.json"]);
  });

  it("is not kept of a run that did not finish or measured nothing", async () => {
    expect(await saveBaseline(aRecord({ state: "interrupted" }), dir)).toEqual({
      refused: "the run is interrupted, and a baseline must be of a finished run",
    });
    const crashed = aRecord({ cells: [aCell({ "piecewise-cuda-graph": "on" }, aCrash("nccl"))] });
    expect(await saveBaseline(crashed, dir)).toEqual({ refused: "no cell was measured, so there is nothing to compare with" });
    expect(readdirSync(dir)).toEqual([]);
  });

  it("is missing, or unfit, with a sentence that says why", async () => {
    expect(await readBaseline({ from: "none" }, dir)).toEqual({ missing: "no baseline is configured" });
    expect(await readBaseline({ from: "directory", path: "gone" }, dir)).toEqual({
      missing: `no baseline could be read: ${join(dir, "gone")}: no record here (name a record.json, or the folder of a run)`,
    });
    writeFileSync(join(dir, "record.json"), '{"schema":"servegate/record@9"}');
    expect(await readBaseline({ from: "directory", path: "." }, dir)).toMatchObject({
      unfit: [expect.stringContaining("written in servegate/record@9") as string],
    });
  });
});
