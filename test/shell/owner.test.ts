import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isOf } from "../../src/shell/owner.ts";
import { serve, type Serving } from "../../src/shell/index.ts";
import { BIN, folder, options, tiersHere, uniqueWord, until, withWord } from "./support.ts";

const HOSTILE = join(BIN, "hostile.mjs");
/** Main, child, session, daemon, bare and hidden, and no longer the one in between that starts the last three. */
const allOf = (word: string): boolean => withWord(`${HOSTILE}\0${word}`).length >= 6 && withWord(`${HOSTILE}\0${word}\0fork`).length === 0;
const started: Serving[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((serving) => serving.stop({ graceMs: 0 })));
});

describe.each(await tiersHere())("a server in %s", (tier) => {
  it("owns all of its processes, also those that hide, and no other", async () => {
    const word = uniqueWord();
    const serving = await serve(
      [process.execPath, HOSTILE, word],
      options(folder(), { inherit: { ...process.env, SERVEGATE_ISOLATION: tier } }),
    );
    if ("spawnError" in serving) throw new Error(serving.spawnError);
    started.push(serving);
    await until("all are up", () => allOf(word));
    const all = withWord(`${HOSTILE}\0${word}`);
    expect(await Promise.all(all.map((pid) => serving.owns(pid)))).toEqual(all.map(() => true));
    const stranger = spawn(process.execPath, [HOSTILE, uniqueWord(), "child"], { stdio: "ignore" });
    expect(await serving.owns(stranger.pid ?? 0)).toBe(false);
    expect(await serving.owns(process.pid)).toBe(false);
    stranger.kill("SIGKILL");
    expect(await serving.owns(2 ** 30)).toBeUndefined();
  });
});

describe("a server in a container", () => {
  const server = (id: string | undefined) => ({
    pid: 1,
    marker: "SERVEGATE_RUN=x-0123456789abcdef",
    outputs: [],
    group: undefined,
    container: { id: async () => id },
    ownNamespace: false,
  });

  it("owns what is in its control group, and nobody knows while docker does not tell which", async () => {
    const [own = ""] = readFileSync("/proc/self/cgroup", "utf8").trim().split("\n").at(-1)?.split(":").slice(2) ?? [];
    expect(await isOf(server(own), process.pid)).toBe(true);
    expect(await isOf(server("no-such-container"), process.pid)).toBe(false);
    expect(await isOf(server(undefined), process.pid)).toBeUndefined();
  });
});
