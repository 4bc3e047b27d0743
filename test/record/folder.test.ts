import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fold, openRunFolder, parseRecord, readRecord, StorageError } from "../../src/record/index.ts";
import { aRecord } from "../fakes/records.ts";
import { aStream } from "./events.ts";

const WRITER = join(import.meta.dirname, "writer.ts");
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "servegate-folder-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const lines = (): string[] => readFileSync(join(dir, "events.jsonl"), "utf8").split("\n");

describe("the folder of a run", () => {
  it("is made where it is missing", async () => {
    const folder = await openRunFolder(join(dir, "a", "b"));
    await folder.save(aRecord());
    await folder.close();
    expect(readdirSync(join(dir, "a", "b"))).toEqual(["record.json"]);
  });

  it("holds every event on a line of its own as soon as it is appended, progress excepted", async () => {
    const folder = await openRunFolder(dir);
    const events = aStream();
    for (const [i, event] of events.entries()) {
      folder.append(event);
      const kept = events.slice(0, i + 1).filter(({ kind }) => kind !== "progress");
      expect(lines()).toEqual([...kept.map((one) => JSON.stringify(one)), ""]);
    }
    await folder.close();
  });

  it("holds a whole record after every save, however they overlap", async () => {
    const folder = await openRunFolder(dir);
    const saves = Array.from({ length: 20 }, (_, i) => folder.save(aRecord({ run: { id: `run-${i}` } })));
    const seen = saves.map(async (save) => {
      await save;
      return parseRecord(readFileSync(join(dir, "record.json"), "utf8"), "record.json").ok;
    });
    expect(await Promise.all(seen)).toEqual(saves.map(() => true));
    await folder.close();
    expect(await readRecord(dir)).toMatchObject({ value: { run: { id: "run-19" } } });
    expect(readdirSync(dir)).toEqual(["record.json"]);
  });

  it("forgets what an earlier run left, an unfinished save included, and nothing else", async () => {
    const names = ["record.json", "events.jsonl", "record.json.17-0a1b2c3d.tmp", "record.json.bak", "server.log"];
    for (const name of names) writeFileSync(join(dir, name), "{}");
    await (await openRunFolder(dir)).close();
    expect(readdirSync(dir).sort()).toEqual(["record.json.bak", "server.log"]);
  });

  it.each(["record.json", "events.jsonl"])("refuses a link planted as %s, and leaves what it points at alone", async (name) => {
    const target = join(dir, "precious");
    writeFileSync(target, "precious");
    const planted = join(dir, "run");
    mkdirSync(planted);
    symlinkSync(target, join(planted, name));
    await expect(openRunFolder(planted)).rejects.toThrow(StorageError);
    await expect(openRunFolder(planted)).rejects.toThrow(
      `${name} is a symbolic link, and Servegate does not write through it; remove it first`,
    );
    expect(readFileSync(target, "utf8")).toBe("precious");
  });

  it("refuses a link planted while the run is going", async () => {
    const target = join(dir, "precious");
    writeFileSync(target, "precious");
    const folder = await openRunFolder(join(dir, "run"));
    symlinkSync(target, join(dir, "run", "record.json"));
    symlinkSync(target, join(dir, "run", "events.jsonl"));
    await expect(folder.save(aRecord())).rejects.toThrow("record.json is a symbolic link");
    expect(() => aStream().forEach((event) => folder.append(event))).toThrow(StorageError);
    await folder.close();
    expect(readFileSync(target, "utf8")).toBe("precious");
  });

  it("says which file stands where the folder should be", async () => {
    writeFileSync(join(dir, "file"), "");
    await expect(openRunFolder(join(dir, "file"))).rejects.toThrow(`cannot make the folder at ${join(dir, "file")}: EEXIST`);
  });

  it("says when a save did not reach the disk, and goes on with the next", async () => {
    const folder = await openRunFolder(join(dir, "run"));
    rmSync(join(dir, "run"), { recursive: true });
    writeFileSync(join(dir, "run"), "");
    const failed = folder.save(aRecord());
    await expect(failed).rejects.toThrow(StorageError);
    rmSync(join(dir, "run"));
    await folder.save(aRecord());
    await folder.close();
    expect(await readRecord(join(dir, "run"))).toMatchObject({ ok: true });
  });

  it("reports a full disk at the event and at the save, and keeps what was written whole", async () => {
    // A limit on the size of files stands in for a full disk: the kernel cuts the write short, then refuses.
    const { stdout } = await promisify(execFile)("bash", ["-c", 'ulimit -f 16; exec "$0" "$1" "$2" fill', process.execPath, WRITER, dir]);
    const [append, save] = stdout.split("\n");
    expect(append).toMatch(/^StorageError: cannot append "[a-z-]+" at .*events\.jsonl: EFBIG/);
    expect(save).toMatch(/^StorageError: cannot write at .*record\.json: EFBIG/);
    expect(readdirSync(dir)).toEqual(["events.jsonl"]);
    expect(lines().at(-1)).toBe("");
    expect(lines().length).toBeGreaterThan(20);
    expect(await readRecord(dir)).toMatchObject({ ok: true });
  });
});

describe("reading a record", () => {
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  const stream = (events = aStream()): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");

  it("takes the file or the folder that holds it", async () => {
    write("record.json", JSON.stringify(aRecord()));
    expect(await readRecord(dir)).toEqual({ ok: true, value: aRecord() });
    expect(await readRecord(join(dir, "record.json"))).toEqual({ ok: true, value: aRecord() });
  });

  it("believes a finished record whatever the events say", async () => {
    write("record.json", JSON.stringify(aRecord()));
    write("events.jsonl", "not events\n");
    expect(await readRecord(dir)).toMatchObject({ value: { state: "finished" } });
  });

  it("tells a run whose writer died before its first save from its events", async () => {
    write("events.jsonl", stream(aStream().slice(0, -4)));
    expect(await readRecord(dir)).toMatchObject({
      value: { state: "interrupted", cells: [{ launches: [{ outcome: { state: "measured" } }] }, {}] },
    });
  });

  it("prefers events to a record that says it is still running, for they go on after it", async () => {
    write("record.json", JSON.stringify(fold(aStream().slice(0, 3))));
    write("events.jsonl", stream(aStream().slice(0, 16)));
    expect(await readRecord(dir)).toMatchObject({ value: { state: "interrupted", cells: [{ launches: [{ number: 1 }] }, {}] } });
    write("events.jsonl", stream());
    expect(await readRecord(dir)).toMatchObject({ value: { state: "finished" } });
  });

  it("calls a running record interrupted where the events are gone, damaged, or of another run", async () => {
    write("record.json", JSON.stringify(aRecord({ state: "running" })));
    const interrupted = { ok: true, value: aRecord({ state: "interrupted" }) };
    expect(await readRecord(dir)).toEqual(interrupted);
    write("events.jsonl", `${stream()}not an event\n`);
    expect(await readRecord(dir)).toEqual(interrupted);
    const [start] = aStream();
    if (start?.kind !== "run-started") throw new Error("a stream begins with its start");
    write("events.jsonl", stream([{ ...start, run: { ...start.run, id: "another" } }]));
    expect(await readRecord(dir)).toEqual(interrupted);
  });

  it("leaves out a torn last line, at whatever byte it was torn", async () => {
    const text = stream(aStream().slice(0, 8));
    const last = text.lastIndexOf("\n", text.length - 2) + 1;
    for (let end = last; end < text.length; end += 1) {
      write("events.jsonl", text.slice(0, end));
      expect(await readRecord(dir)).toEqual({ ok: true, value: { ...fold(aStream().slice(0, 7)), state: "interrupted" } });
    }
  });

  it("points at a damaged line in the middle rather than tell half the run", async () => {
    const [first = "", ...rest] = stream().split("\n");
    write("events.jsonl", [first, '{"kind":"phase-entered"}', "\0\0", ...rest].join("\n"));
    const read = await readRecord(dir);
    expect(read.ok ? [] : read.problems.map(({ path, line, message }) => [path.slice(dir.length), line, message.slice(0, 40)])).toEqual([
      ["/record.json", undefined, "no record here"],
      ["/events.jsonl", 2, "line 2 is not an event: phase: invalid o"],
      ["/events.jsonl", 3, "line 3 is not an event: not JSON"],
    ]);
  });

  it("refuses a newer record even where events lie beside it", async () => {
    write("record.json", '{"schema":"servegate/record@2"}');
    write("events.jsonl", stream());
    expect(await readRecord(dir)).toMatchObject({ ok: false });
  });

  it("never takes events for a file of another name", async () => {
    write("events.jsonl", stream());
    expect(await readRecord(join(dir, "recrod.json"))).toMatchObject({ ok: false, problems: [{ message: "no record here" }] });
  });

  it("says that nothing is there, and that a pipe is no file", async () => {
    expect(await readRecord(dir)).toMatchObject({ ok: false, problems: [{ path: join(dir, "record.json"), message: "no record here" }] });
    await promisify(execFile)("mkfifo", [join(dir, "record.json")]);
    expect(await readRecord(dir)).toMatchObject({ ok: false, problems: [{ message: "not a file" }] });
  });

  it("shows what had finished when the writer was killed", async () => {
    const child = spawn(process.execPath, [WRITER, dir, "wait"], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(join(dir, "record.json"))).toBe(false);
    const read = await readRecord(dir);
    const outcomes = read.ok ? read.value.cells.map((cell) => cell.launches.map((launch) => launch.outcome)) : [];
    expect(outcomes).toEqual([[{ state: "measured", readyAfterMs: 60_000 }], [{ state: "interrupted", during: "spawn" }]]);
  });
});
