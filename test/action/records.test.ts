import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findRecords } from "../../src/action/records.ts";

function folder(): string {
  return mkdtempSync(join(tmpdir(), "servegate-records-"));
}

function run(at: string): string {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "record.json"), "{}");
  return at;
}

async function messages(paths: readonly string[], at: string): Promise<string[]> {
  const found = await findRecords(paths, at);
  return found.ok ? [] : found.problems.map((problem) => problem.message);
}

describe("finding the records of other jobs", () => {
  it("takes a file, the folder of a run, and a folder of such folders", async () => {
    const at = folder();
    run(join(at, "one"));
    run(join(at, "shards/b"));
    run(join(at, "shards/a"));
    mkdirSync(join(at, "shards/notes"));
    const found = await findRecords(["one/record.json", "one", "shards"], at);
    expect(found).toEqual({
      ok: true,
      value: [join(at, "one/record.json"), join(at, "one"), join(at, "shards/a"), join(at, "shards/b")],
    });
  });

  it("takes a run that left only its events", async () => {
    const at = folder();
    writeFileSync(join(at, "events.jsonl"), "");
    expect((await findRecords(["."], at)).ok).toBe(true);
  });

  it("says what to do when a folder is missing or empty", async () => {
    const at = folder();
    mkdirSync(join(at, "empty"));
    const found = await findRecords(["nowhere", "empty"], at);
    expect(found).toMatchObject({ ok: false, problems: [{ message: "no record at nowhere" }, { message: "no record at empty" }] });
  });

  it("follows no link out of an artifact", async () => {
    const at = folder();
    const secret = join(folder(), "secret");
    writeFileSync(secret, "root:x:0:0");
    mkdirSync(join(at, "run"));
    symlinkSync(secret, join(at, "run/record.json"));
    symlinkSync(secret, join(at, "file"));
    expect((await messages(["run"], at))[0]).toContain("link");
    expect((await messages(["file"], at))[0]).toContain("link");
  });

  it("refuses more records than a run has jobs, and more bytes than they can hold, without reading them", async () => {
    const at = folder();
    for (let i = 0; i < 257; i++) run(join(at, "many", String(i)));
    expect(await messages(["many"], at)).toContain("more than 256 records");
    run(join(at, "bomb"));
    truncateSync(join(at, "bomb/record.json"), 10 * 1024 ** 3);
    expect(await messages(["bomb"], at)).toEqual(["more than 256 MiB of records"]);
  });
});
