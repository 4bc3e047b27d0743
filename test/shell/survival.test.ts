import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { bears } from "../../src/shell/limit-mark.ts";
import { processEntry } from "../../src/shell/processes.ts";
import { serve, sweep } from "../../src/shell/index.ts";
import type { Serving } from "../../src/shell/index.ts";
import { BIN, folder, options, tiersHere, uniqueWord, until, withWord } from "./support.ts";

const HOSTILE = join(BIN, "hostile.mjs");
/** Main, child, session, daemon, bare and hidden, and no longer the one in between that starts the last three. */
const allOf = (word: string): boolean => withWord(`${HOSTILE}\0${word}`).length >= 6 && withWord(`${HOSTILE}\0${word}\0fork`).length === 0;
const started: Serving[] = [];
const bystanders: ReturnType<typeof spawn>[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((serving) => serving.stop({ graceMs: 0 })));
  for (const bystander of bystanders.splice(0)) bystander.kill("SIGKILL");
});

async function startHostile(dir: string, word: string, tier: string): Promise<Serving> {
  let daemon = false;
  const serving = await serve(
    [process.execPath, HOSTILE, word],
    options(dir, { inherit: { ...process.env, SERVEGATE_ISOLATION: tier }, onLine: (line) => (daemon ||= line === "daemon is up") }),
  );
  if ("spawnError" in serving) throw new Error(serving.spawnError);
  started.push(serving);
  await until("the daemon is up", () => daemon);
  // Main, child, session, daemon, bare, hidden: on a busy machine they do not come up in order.
  await until("all are up", () => allOf(word));
  return serving;
}

describe.each(await tiersHere())("a server that does everything to survive, in %s", (tier) => {
  it("is gone after a stop, with all it started", async () => {
    const [dir, word] = [folder(), uniqueWord()];
    const serving = await startHostile(dir, word, tier);
    expect(serving.isolation).toBe(tier);
    expect(withWord(`${HOSTILE}\0${word}`).length).toBeGreaterThanOrEqual(5);

    const report = await serving.stop({ graceMs: 200 });

    expect(report).toEqual({ tookMs: expect.any(Number), how: "killed", leftovers: [] });
    expect(withWord(`${HOSTILE}\0${word}`)).toEqual([]);
    expect(readdirSync(join(dir, "ledger"))).toEqual([]);
    expect(await serving.exited).toEqual({ signal: "SIGKILL" });
  });

  it("is gone within three seconds of a SIGKILL of the harness, and bystanders are not harmed", async () => {
    const [dir, word] = [folder(), uniqueWord()];
    const sameProgram = spawn(process.execPath, [HOSTILE, `bystander-${word}`, "child"], {
      stdio: "ignore",
      env: { ...process.env, SERVEGATE_RUN: "another-0000000000000000" },
    });
    bystanders.push(sameProgram);
    const harness = spawn(process.execPath, [join(BIN, "harness.ts"), dir, `run-${word}`, process.execPath, HOSTILE, word], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SERVEGATE_ISOLATION: tier, RUNNER_TRACKING_ID: "github_test" },
    });
    let said = "";
    harness.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until("all are up", () => said.includes("daemon is up") && allOf(word));

    harness.kill("SIGKILL");

    await until("nobody is left", () => withWord(`${HOSTILE}\0${word}`).length === 0, 3000);
    expect(sameProgram.exitCode ?? sameProgram.signalCode).toBeNull();
    // What was written down stays for the next start, which finds nothing to do and removes it.
    expect(readdirSync(join(dir, "ledger"))).toHaveLength(1);
    await until("the guardian is gone", () => withWord(`servegate-guardian\0SERVEGATE_RUN=run-${word}-`).length === 0);
    expect(await sweep(join(dir, "ledger"))).toEqual([]);
    expect(readdirSync(join(dir, "ledger"))).toEqual([]);
  });
});

describe("the sweep at the next start", () => {
  it("kills what a dead run left when even its guardian was killed", async () => {
    const [dir, word] = [folder(), uniqueWord()];
    const harness = spawn(process.execPath, [join(BIN, "harness.ts"), dir, `run-${word}`, process.execPath, HOSTILE, word], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SERVEGATE_ISOLATION: "tracked" },
    });
    let said = "";
    harness.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until("all are up", () => said.includes("daemon is up") && allOf(word));
    const guardians = withWord(`servegate-guardian\0SERVEGATE_RUN=run-${word}-`);
    for (const pid of guardians) process.kill(pid, "SIGKILL");
    harness.kill("SIGKILL");
    await until("the harness is gone", () => harness.signalCode !== null);
    expect(withWord(`${HOSTILE}\0${word}`).length).toBeGreaterThanOrEqual(5);

    const swept = await sweep(join(dir, "ledger"));

    expect(withWord(`${HOSTILE}\0${word}`)).toEqual([]);
    expect(swept).toEqual([expect.objectContaining({ runId: `run-${word}`, leftovers: [] })]);
    expect(swept[0]?.killed.length).toBeGreaterThanOrEqual(5);
    expect(readdirSync(join(dir, "ledger"))).toEqual([]);
  });

  it("harms nobody who is older than the run, or whose limit for file locks is another", async () => {
    const dir = folder();
    const limit = 2 ** 40 + 4711;
    const limited = (locks: number): ReturnType<typeof spawn> => {
      const child = spawn("prlimit", [`--locks=${locks}:${locks}`, "sleep", "60"], { stdio: "ignore" });
      bystanders.push(child);
      return child;
    };
    const [older, other] = [limited(limit), limited(limit + 1)];
    await until("both bear their limits", () => bears(older.pid ?? 0, limit) && bears(other.pid ?? 0, limit + 1));
    // Clock ticks of 10 ms: the next process is of a later one.
    await sleep(50);
    const younger = limited(limit);
    await until("it bears its limit", () => bears(younger.pid ?? 0, limit));
    const startTicks = processEntry(younger.pid ?? 0)?.startTicks ?? 0;
    const entry = {
      runId: "old",
      bootId: bootIdHere(),
      owner: { pid: 1_000_000_000, startTicks },
      marker: "SERVEGATE_RUN=old-0123456789abcdef",
      isolation: "tracked",
      ports: [],
    };
    writeFileSync(join(dir, "limit.json"), JSON.stringify({ ...entry, limit }));
    // A limit that a person may have set marks nobody.
    writeFileSync(join(dir, "small.json"), JSON.stringify({ ...entry, limit: 1024 }));

    const swept = await sweep(dir);

    expect(swept.map(({ killed }) => killed.map(({ pid }) => pid))).toEqual([[younger.pid], []]);
    expect(swept[1]?.leftovers).toEqual([`${join(dir, "small.json")} is not a ledger entry`]);
    expect([older, other].map((child) => child.exitCode ?? child.signalCode)).toEqual([null, null]);
  });

  it("leaves the servers of a living run alone", async () => {
    const [dir, word] = [folder(), uniqueWord()];
    const serving = await startHostile(dir, word, "tracked");
    expect(await sweep(join(dir, "ledger"))).toEqual([]);
    expect(serving.alive()).toBe(true);
    expect(readdirSync(join(dir, "ledger"))).toHaveLength(1);
  });

  it("harms nobody when an entry names a pid that now belongs to another, or is of another boot, or is no entry", async () => {
    const dir = folder();
    const bystander = spawn(process.execPath, [HOSTILE, uniqueWord(), "child"], { stdio: "ignore" });
    bystanders.push(bystander);
    const entry = {
      runId: "old",
      bootId: "not this boot",
      owner: { pid: 1_000_000_000, startTicks: 1 },
      marker: "SERVEGATE_RUN=old-0123456789abcdef",
      isolation: "tracked",
      ports: [],
      pid: bystander.pid,
      startTicks: 1,
    };
    writeFileSync(join(dir, "boot.json"), JSON.stringify(entry));
    writeFileSync(join(dir, "reused.json"), JSON.stringify({ ...entry, bootId: bootIdHere() }));
    // An empty mark would be carried by every process.
    writeFileSync(join(dir, "no-mark.json"), JSON.stringify({ ...entry, bootId: bootIdHere(), marker: "" }));

    const swept = await sweep(dir);

    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    expect(swept.map(({ leftovers }) => leftovers)).toEqual([[`${join(dir, "no-mark.json")} is not a ledger entry`]]);
    expect(existsSync(join(dir, "boot.json"))).toBe(false);
    expect(existsSync(join(dir, "reused.json"))).toBe(false);
  });
});

function bootIdHere(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
