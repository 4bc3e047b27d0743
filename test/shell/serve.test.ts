import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { serve } from "../../src/shell/index.ts";
import type { Serving } from "../../src/shell/index.ts";
import { BIN, folder, options, tiersHere, uniqueWord, until, withWord } from "./support.ts";

const started: Serving[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((serving) => serving.stop({ graceMs: 0 })));
});

async function launch(...[argv, how]: Parameters<typeof serve>): Promise<Serving> {
  const serving = await serve(argv, how);
  if ("spawnError" in serving) throw new Error(serving.spawnError);
  started.push(serving);
  return serving;
}

describe.each(await tiersHere())("a server in %s", (tier) => {
  const inherit = { ...process.env, SERVEGATE_ISOLATION: tier };

  it.each([
    ["its exit code", "exit 42", { exitCode: 42 }],
    ["an exit with 0", "exit 0", { exitCode: 0 }],
    ["its death by a signal", "kill -SEGV $$", { signal: "SIGSEGV" }],
  ])("tells %s", async (_, script, exit) => {
    const serving = await launch(["sh", "-c", script], options(folder(), { inherit }));
    expect(await serving.exited).toEqual(exit);
    expect(serving.alive()).toBe(false);
    expect(await serving.stop({ graceMs: 0 })).toMatchObject({ how: "already-gone", leftovers: [] });
  });

  it("ends by itself when asked to, and its own exit code is told", async () => {
    let up = false;
    const script = "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e3); console.log('up')";
    const serving = await launch([process.execPath, "-e", script], options(folder(), { inherit, onLine: () => (up = true) }));
    await until("it is up", () => up);
    expect(await serving.stop({ graceMs: 20_000 })).toMatchObject({ how: "graceful", leftovers: [] });
    expect(await serving.exited).toEqual({ exitCode: 7 });
  });

  it("that crashes takes its children with it when it is stopped", async () => {
    const [dir, word] = [folder(), uniqueWord()];
    const child = `${process.execPath} ${join(BIN, "hostile.mjs")} ${word} child`;
    const serving = await launch(["sh", "-c", `setsid ${child} & sleep 0.3; exit 3`], options(dir, { inherit }));
    expect(await serving.exited).toEqual({ exitCode: 3 });
    await serving.stop({ graceMs: 0 });
    expect(withWord(`hostile.mjs\0${word}`)).toEqual([]);
  });
});

describe("a stop", () => {
  it("does not wait out its grace once somebody is in a hurry", async () => {
    let up = false;
    const argv = [process.execPath, join(BIN, "hostile.mjs"), uniqueWord(), "daemon"];
    const serving = await launch(argv, options(folder(), { onLine: () => (up = true) }));
    await until("it is up", () => up);
    const patient = serving.stop({ graceMs: 3_600_000 });
    expect(await serving.stop({ graceMs: 100 })).toMatchObject({ how: "killed", leftovers: [] });
    expect(await patient).toBe(await serving.stop({ graceMs: 0 }));
  });
});

describe("the output of a server", () => {
  it("goes to its log as it is, and comes as lines", async () => {
    const dir = folder();
    const lines: string[] = [];
    const script = String.raw`printf '\033[31mred\033[0m\n'; printf '0%%\r50%%\r' >&2; printf '\377\n'; printf 'no end'`;
    const serving = await launch(["sh", "-c", script], options(dir, { onLine: (line) => lines.push(line) }));
    await serving.drained;
    expect(lines.toSorted()).toEqual(["0%", "50%", "\u001B[31mred\u001B[0m", "no end", "\uFFFD"].toSorted());
    expect(readFileSync(join(dir, "server.log"), "latin1")).toContain("\u001B[31mred\u001B[0m\n");
  });

  it("never fills the disk or the memory, and its end is kept", async () => {
    const dir = folder();
    let lines = 0;
    let last = "";
    const before = process.memoryUsage().rss;
    const serving = await launch(
      [process.execPath, join(BIN, "flood.mjs"), "200"],
      options(dir, {
        logCapBytes: 8 * 1024 * 1024,
        onLine: (line) => {
          lines += 1;
          last = line;
        },
      }),
    );
    await serving.drained;
    const sizes = readdirSync(dir)
      .filter((name) => name.startsWith("server.log"))
      .map((name) => statSync(join(dir, name)).size);
    expect(lines).toBe(200 * 1024 + 1);
    expect(last).toBe("the last line");
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8 * 1024 * 1024 + 1000);
    expect(readFileSync(join(dir, "server.log.tail"), "utf8").endsWith("the last line\n")).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(180 * 1024 * 1024);
  });

  it("is told to be missing from the log when the disk is full, and its lines still come", async () => {
    const dir = folder();
    symlinkSync("/dev/full", join(dir, "server.log"));
    const lines: string[] = [];
    const serving = await launch(["sh", "-c", "echo one; sleep 0.2; echo two"], options(dir, { onLine: (line) => lines.push(line) }));
    await serving.drained;
    expect(lines.toSorted()).toEqual([expect.stringContaining("[servegate] output is missing from the log: ENOSPC"), "one", "two"]);
  });

  it("may be one endless line", async () => {
    const lengths: number[] = [];
    const serving = await launch(
      [process.execPath, join(BIN, "flood.mjs"), "200", "one-line"],
      options(folder(), { logCapBytes: 1024 * 1024, onLine: (line) => lengths.push(line.length) }),
    );
    await serving.drained;
    expect(lengths).toEqual([64 * 1024, "the last line".length]);
  });
});

describe("a server that cannot be started", () => {
  it.each([
    ["there is no such program", ["/nowhere/vllm"], "there is no program /nowhere/vllm"],
    ["it is not on PATH", ["no-such-program-anywhere"], 'there is no program "no-such-program-anywhere" on PATH'],
    ["it may not be executed", ["/etc/passwd"], "/etc/passwd may not be executed"],
    ["nothing was named", [], "no program was named"],
  ])("is an answer when %s, and leaves nothing", async (_, argv, spawnError) => {
    const dir = folder();
    expect(await serve(argv, options(dir))).toEqual({ spawnError });
    expect(readdirSync(dir)).toEqual([]);
  });

  it("is not started when it could not be written down", async () => {
    const dir = folder();
    writeFileSync(join(dir, "ledger"), "a file where the folder should be");
    expect(await serve(["true"], options(dir))).toEqual({ spawnError: expect.stringContaining("could not be written") });
  });

  it("is not started in a weaker tier than the one demanded", async () => {
    const answer = await serve(["true"], options(folder(), { inherit: { ...process.env, SERVEGATE_ISOLATION: "container" } }));
    expect(answer).toEqual({ spawnError: expect.stringContaining("SERVEGATE_ISOLATION") });
  });
});
