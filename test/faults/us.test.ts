import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { sweep } from "../../src/shell/index.ts";
import { openBox, type Box } from "./box.ts";
import { brokenPromises } from "./invariants.ts";

const PROGRAM = resolve(import.meta.dirname, "../bin/run-box.ts");
const QUIET = { problems: [], warnings: [], tookMs: 0, grownBytes: 0 };
/** The runner's patience with a cancelled step. */
const PATIENCE_MS = 7500;
/** Time for the guardian. */
const SETTLE_MS = 5000;

/** Where a run is hit: after the n-th time that an event is on disk, and so much later. */
const STAGES = [
  ["as it is born", "", 1, 0],
  ["while it reads its configuration", "", 1, 150],
  ["at the start of the run", "run-started", 1, 0],
  ["when its cells are planned", "cell-planned", 1, 0],
  ["before the server is started", "launch-started", 1, 0],
  ["while the server is started", "launch-started", 1, 60],
  ["when the server is up", "phase-entered", 2, 0],
  ["before the first check", "effects-resolved", 1, 0],
  ["during the first check", "check-started", 1, 20],
  ["between two checks", "check-finished", 1, 0],
  ["while the server is stopped", "launch-ended", 1, 5],
  ["at the end of the run", "server-stopped", 1, 0],
] as const;

const CASES = STAGES.flatMap(([stage, event, nth, afterMs]) =>
  (["SIGINT", "SIGTERM", "SIGKILL"] as const).map((signal, index) => ({ id: `#${37 + index}`, stage, event, nth, afterMs, signal })),
);

function start(box: Box, argv: readonly string[], env: Record<string, string> = {}): { child: ChildProcess; reached: () => string[] } {
  writeFileSync(join(box.dir, "box.json"), JSON.stringify({ env: box.env, config: box.config }));
  const child = spawn(argv[0] ?? "", argv.slice(1), { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return { child, reached: () => said.split("\n") };
}

async function box(): Promise<Box> {
  return openBox({ server: { keeps: ["session"] }, config: { accuracy: "[{ dataset: arithmetic, questions: 4 }]", throughput: "" } });
}

/** What is left, what cannot be read, and what the next start could not put in order; nothing is the promise. */
async function disorder(at: Box, noRecord = false): Promise<string[]> {
  const exempt = { comments: 0, settleMs: SETTLE_MS, ...(noRecord ? ({ noRecord } as const) : {}) };
  const broken = await brokenPromises(at, QUIET, exempt);
  const left = (await sweep(at.ledgerDir)).flatMap(({ leftovers }) => leftovers);
  return [...broken, ...left, ...filesIn(at.ledgerDir)];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

describe("our own end", () => {
  it.concurrent.for(CASES)(
    "$id by $signal, $stage: nothing is left",
    { timeout: 60_000 },
    async ({ event, nth, afterMs, signal }, { expect }) => {
      const at = await box();
      try {
        const { child, reached } = start(at, [process.execPath, PROGRAM, at.dir]);
        const over = new Promise<void>((done) => child.once("exit", () => done()));
        const awaited = (): boolean => event !== "" && child.exitCode === null;
        while (awaited() && reached().filter((line) => line === event).length < nth) await sleep(1);
        await sleep(afterMs);
        const hitAt = performance.now();
        child.kill(signal);
        await over;
        expect(performance.now() - hitAt).toBeLessThan(PATIENCE_MS);
        expect(await disorder(at, !reached().includes("run-started"))).toEqual([]);
      } finally {
        await at.github.stop();
      }
    },
  );

  it("#40 because the runner's worker is gone: the run ends by itself", { timeout: 60_000 }, async ({ expect }) => {
    const at = await box();
    try {
      const { child, reached } = start(at, ["/bin/sh", "-c", '"$0" "$1" "$2"; exit $?', process.execPath, PROGRAM, at.dir]);
      while (!reached().includes("check-started")) await sleep(2);
      child.kill("SIGKILL");
      expect(await disorder(at)).toEqual([]);
    } finally {
      await at.github.stop();
    }
  });

  it("#41 by a bug of ours, thrown while a server runs", { timeout: 60_000 }, async ({ expect }) => {
    const at = await box();
    try {
      const { child, reached } = start(at, [process.execPath, PROGRAM, at.dir], { THROW_AT: "check-started" });
      await new Promise((done) => child.once("exit", done));
      expect(reached().join("\n")).toContain("a bug of ours");
      expect(await disorder(at)).toEqual([]);
    } finally {
      await at.github.stop();
    }
  });
});
