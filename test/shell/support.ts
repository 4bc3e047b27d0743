import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseIsolation } from "../../src/shell/index.ts";
import type { Isolation, ServeOptions } from "../../src/shell/index.ts";

export const BIN = resolve(import.meta.dirname, "../bin");

export function folder(): string {
  return mkdtempSync(join(tmpdir(), "servegate-test-"));
}

/** Tiers that work on this machine. */
export async function tiersHere(): Promise<Isolation[]> {
  const tiers = ["tracked", "cgroup", "sealed"] as const;
  const choices = await Promise.all(tiers.map((tier) => chooseIsolation({ ...process.env, SERVEGATE_ISOLATION: tier })));
  return tiers.filter((_, index) => choices[index]?.ok === true);
}

export function options(dir: string, more: Partial<ServeOptions> = {}): ServeOptions {
  return { runId: "test", ledgerDir: join(dir, "ledger"), logFile: join(dir, "server.log"), inherit: process.env, env: {}, ...more };
}

/** Pids of live processes whose command line holds `word`. */
export function withWord(word: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.[0];
        return state !== "Z" && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until `seen` is true; fails after `limitMs` with what was awaited. */
export async function until(what: string, seen: () => boolean, limitMs = 15_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!seen()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(20);
  }
}

/** A word that occurs on no other command line. */
export function uniqueWord(): string {
  return `word-${process.pid}-${Math.random().toString(36).slice(2)}`;
}
