import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { heldBy, readSystemV, segments, SHARED_MEMORY } from "../../src/shell/segments.ts";
import { watchSharedMemory } from "../../src/shell/shared-memory.ts";
import { serve, sweep } from "../../src/shell/index.ts";
import { BIN, folder, options, uniqueWord, until, withWord } from "./support.ts";

const made: string[] = [];
const started: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  for (const file of made.splice(0)) rmSync(file, { force: true });
});

/** Names no other test uses; the first is one that Python gives. */
function names() {
  const hex = Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
  const files = { engine: `psm_${hex}`, own: `servegate-test-${hex}-own`, strange: `servegate-test-${hex}-strange` };
  made.push(...Object.values(files).map((name) => join(SHARED_MEMORY, name)));
  return { engine: join(SHARED_MEMORY, files.engine), own: join(SHARED_MEMORY, files.own), strange: join(SHARED_MEMORY, files.strange) };
}

/** A program that makes a file in shared memory, or takes over one, and holds it. */
async function holder(file: string): Promise<number> {
  const child = spawn(process.execPath, ["-e", `require("fs").openSync(${JSON.stringify(file)}, "w", 0o600); setInterval(() => {}, 1000)`]);
  started.push(child);
  const pid = child.pid ?? 0;
  await until(`${file} is held`, () => (heldBy(pid) ?? []).length > 0);
  return pid;
}

async function end(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await until("it is gone", () => !existsSync(`/proc/${pid}/fd/0`));
}

const mine = (list: readonly string[], ...files: string[]): string[] => list.filter((text) => files.some((file) => text.startsWith(file)));

describe("shared memory that appeared while a server ran", () => {
  it("is removed when the server was seen to hold it or an engine named it, and only told of otherwise", async () => {
    const { engine, own, strange } = names();
    const watch = watchSharedMemory();
    const pid = await holder(own);
    watch.note([pid]);
    writeFileSync(engine, "x".repeat(2 ** 20), { mode: 0o600 });
    writeFileSync(strange, "", { mode: 0o600 });
    await end(pid);

    const { removed, leftovers, doubtful } = await watch.clear();

    expect(mine(removed, own, engine).sort()).toEqual([`${engine} (1.0 MiB)`, `${own} (0.0 MiB)`].sort());
    expect(mine(doubtful, strange)).toEqual([`${strange} (0.0 MiB)`]);
    expect(leftovers).toEqual([]);
    expect([engine, own, strange].map((file) => existsSync(file))).toEqual([false, false, true]);
  });

  it("is not touched while anybody holds it, nor when it was there before", async () => {
    const { engine, own, strange } = names();
    writeFileSync(strange, "", { mode: 0o600 });
    const watch = watchSharedMemory();
    const pid = await holder(engine);
    watch.note([pid]);
    const other = await holder(own);
    watch.note([other]);
    await end(other);
    const bystander = await holder(own);

    const { removed, leftovers, doubtful } = await watch.clear();

    expect([removed, leftovers, doubtful].flatMap((list) => mine(list, engine, own, strange))).toEqual([]);
    expect([engine, own, strange].every((file) => existsSync(file))).toBe(true);
    expect(existsSync(`/proc/${bystander}`)).toBe(true);
  });

  it("is not removed for its name alone by a later start", async () => {
    const { engine } = names();
    const watch = watchSharedMemory(undefined, { byName: false });
    writeFileSync(engine, "", { mode: 0o600 });
    const { removed, doubtful } = await watch.clear();
    expect([mine(removed, engine), mine(doubtful, engine)]).toEqual([[], [`${engine} (0.0 MiB)`]]);
  });

  it("of System V is read from any text", () => {
    const head = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime\n";
    const row = "         0      98304  1600               4194304  4711  4712      0  1000  1000  1000  1000 1764596000\n";
    expect(readSystemV(`${head}${row}broken\n\n`)).toEqual([
      {
        id: "sysv:98304:4711",
        name: "System V segment 98304",
        bytes: 4_194_304,
        uid: 1000,
        shared: false,
        systemV: { number: 98_304, creator: 4711, attached: 0 },
      },
    ]);
    expect(readSystemV("")).toEqual([]);
    expect(segments("/nowhere").every(({ systemV }) => systemV !== undefined)).toBe(true);
  });
});

describe.each(["tracked", "cgroup"])("a server in %s that leaves shared memory behind", (tier) => {
  const SERVER =
    "const fs = require('fs'); const fd = fs.openSync(process.argv[1], 'w', 0o600); console.log('up'); setInterval(() => fd, 1000)";

  it("has it removed after its stop, and the report says so", async () => {
    const { own } = names();
    let up = false;
    const serving = await serve(
      [process.execPath, "-e", SERVER, own],
      options(folder(), { inherit: { ...process.env, SERVEGATE_ISOLATION: tier }, onLine: (line) => (up ||= line === "up") }),
    );
    // Control groups cannot be made everywhere.
    if ("spawnError" in serving) return expect(serving.spawnError).toMatch(tier);
    await until("it is up", () => up);
    const report = await serving.stop({ graceMs: 2000 });
    expect(mine(report.sharedMemory ?? [], `removed ${own}`)).toEqual([`removed ${own} (0.0 MiB)`]);
    expect(report.leftovers).toEqual([]);
    expect(existsSync(own)).toBe(false);
  });

  it("has it removed by the next start, when nobody was left to stop it", async () => {
    const { own } = names();
    const [dir, word] = [folder(), uniqueWord()];
    const harness = spawn(process.execPath, [join(BIN, "harness.ts"), dir, `run-${word}`, process.execPath, "-e", SERVER, own], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SERVEGATE_ISOLATION: tier },
    });
    started.push(harness);
    let said = "";
    harness.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until("it is up", () => said.includes("up\n") || said.includes("does not work here"));
    if (said.includes(`${tier} does not work here`)) return expect(said).toMatch(tier);
    for (const pid of withWord(`servegate-guardian\0SERVEGATE_RUN=run-${word}-`)) process.kill(pid, "SIGKILL");
    harness.kill("SIGKILL");
    await until("the harness is gone", () => harness.signalCode !== null);

    const swept = await sweep(join(dir, "ledger"));

    expect(swept.map(({ description }) => description)).toEqual([expect.stringContaining(`removed ${own} (0.0 MiB)`)]);
    expect(existsSync(own)).toBe(false);
    expect(readdirSync(join(dir, "ledger"))).toEqual([]);
  });
});
