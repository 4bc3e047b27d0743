import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { serve, sweep } from "../../src/shell/index.ts";
import type { Serving } from "../../src/shell/index.ts";
import { BIN, folder, options, tiersHere, uniqueWord, until, withWord } from "./support.ts";

const HOSTILE = join(BIN, "hostile.mjs");
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
  // Main, child, session, daemon, bare: on a busy machine they do not come up in order.
  await until("all are up", () => withWord(`${HOSTILE}\0${word}`).length >= 5);
  return serving;
}

describe.each(await tiersHere())("a server that does everything to survive, in %s", (tier) => {
  it("is gone after a stop, with all it started", async () => {
    const [dir, word] = [folder(), uniqueWord()];
    const serving = await startHostile(dir, word, tier);
    expect(serving.isolation).toBe(tier);
    expect(withWord(`${HOSTILE}\0${word}`).length).toBeGreaterThanOrEqual(4);

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
    await until("the daemon is up", () => said.includes("daemon is up"));
    expect(withWord(`${HOSTILE}\0${word}`).length).toBeGreaterThanOrEqual(4);

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
    await until("the daemon is up", () => said.includes("daemon is up"));
    const guardians = withWord(`servegate-guardian\0SERVEGATE_RUN=run-${word}-`);
    for (const pid of guardians) process.kill(pid, "SIGKILL");
    harness.kill("SIGKILL");
    await until("the harness is gone", () => harness.signalCode !== null);
    expect(withWord(`${HOSTILE}\0${word}`).length).toBeGreaterThanOrEqual(4);

    const swept = await sweep(join(dir, "ledger"));

    expect(withWord(`${HOSTILE}\0${word}`)).toEqual([]);
    expect(swept).toEqual([expect.objectContaining({ runId: `run-${word}`, leftovers: [] })]);
    expect(swept[0]?.killed.length).toBeGreaterThanOrEqual(4);
    expect(readdirSync(join(dir, "ledger"))).toEqual([]);
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
