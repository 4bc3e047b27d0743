import { execFile } from "node:child_process";
import { readdirSync, rmSync, symlinkSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readRecord } from "../../src/record/index.ts";
import type { Fault } from "../bin/faulty.ts";
import { openBox } from "./box.ts";
import { cases } from "./case.ts";
import { steppedClock } from "./clock.ts";
import { brokenPromises } from "./invariants.ts";
import { runCase } from "./run-case.ts";

const QUICK = { accuracy: "[{ dataset: arithmetic, questions: 2 }]", throughput: "" };
const PATIENT = "ready-timeout: 100s, stall-timeout: 60s, request-timeout: 5s";
/** Of a run that went on in another process. */
const QUIET = { problems: [], warnings: [], tookMs: 0, grownBytes: 0 };
const SHARD = resolve(import.meta.dirname, "../bin/run-box.ts");

describe("a disk that is full", () => {
  it("#42 in the middle of the run: the run ends, says so, and what was written can be read", { timeout: 60_000 }, async () => {
    // A tmpfs of this size in a mount namespace of its own takes about half of what the run writes.
    const box = await openBox({ config: { ...QUICK, matrix: "{ max-sequences: [32, 64, 128, 256, 512, 1024] }" } });
    try {
      mkdirSync(box.outDir);
      const words = ["-c", 'mount -t tmpfs -o size=64k tmpfs "$0/out" && exec "$1" "$2" "$0"', box.dir, process.execPath, SHARD];
      writeFileSync(join(box.dir, "box.json"), JSON.stringify({ env: box.env, config: box.config }));
      const { stdout } = await promisify(execFile)("unshare", ["--map-root-user", "--mount", "/bin/sh", ...words]);
      const told = JSON.parse(stdout) as { thrown?: string; name?: string; readable: boolean; cells: number; state?: string };
      expect(told).toMatchObject({ name: "StorageError", readable: true, state: "interrupted" });
      expect(told.thrown).toContain("ENOSPC");
      expect(told.cells).toBeGreaterThanOrEqual(1);
      expect(await brokenPromises(box, QUIET, { noRecord: true, comments: 0 })).toEqual([]);
    } finally {
      await box.github.stop();
    }
  });

  it("#43 from the beginning, because the folder cannot be written: nothing is started", { timeout: 60_000 }, async () => {
    const box = await openBox({ config: QUICK });
    try {
      writeFileSync(box.outDir, "a file where the folder should be");
      const ran = await runCase(box);
      expect(ran.thrown?.message).toContain("cannot make the folder");
      rmSync(box.outDir);
      expect(await brokenPromises(box, ran, { noRecord: true, comments: 0 })).toEqual([]);
    } finally {
      await box.github.stop();
    }
  });

  cases([
    {
      id: "#43",
      title: "under the ledger: no server is started that could not be written down",
      config: QUICK,
      before: ({ ledgerDir }) => writeFileSync(ledgerDir, "a file where the folder should be"),
      want: { class: "broken", says: /what a start must write down could not be written/ },
    },
    {
      id: "#42",
      title: "under the server's log: the run goes on and the loss is told",
      config: QUICK,
      how: ({ outDir }) => ({
        during: (event) => {
          if (event.kind !== "launch-started") return;
          const log = join(outDir, event.log);
          mkdirSync(join(log, ".."), { recursive: true });
          symlinkSync("/dev/full", log);
        },
      }),
      want: { class: "pass", exitCode: 0 },
      after: ({ record }, { outDir }) => {
        const log = join(outDir, record?.cells[0]?.launches[0]?.log ?? "");
        expect(statSync(log).isFile()).toBe(false);
        rmSync(log);
      },
    },
  ]);
});

describe("a server that prints without end", () => {
  /** A collector on a large machine lets garbage lie; under this limit what grows with the log would end the run. */
  const SMALL_HEAP = ["--max-old-space-size=96", "--max-semi-space-size=8"];

  /** Peak of resident memory, in MiB, of a run of its own whose server prints as told. */
  const peakOf = async (floods: Fault["floods"]): Promise<number> => {
    const box = await openBox({ server: floods === undefined ? {} : { floods }, config: QUICK, launch: PATIENT });
    try {
      writeFileSync(join(box.dir, "box.json"), JSON.stringify({ env: box.env, config: box.config }));
      const { stdout } = await promisify(execFile)(process.execPath, [...SMALL_HEAP, SHARD, box.dir]);
      const told = JSON.parse(stdout) as { readonly outcomes: readonly string[]; readonly peakKib: number };
      expect(told.outcomes).toEqual(["measured"]);
      const logs = readdirSync(box.outDir, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("server.log"));
      const stored = logs.reduce((sum, name) => sum + statSync(join(box.outDir, name)).size, 0);
      expect(stored).toBeLessThan(257 * 2 ** 20);
      // The promises are checked without the log, which is long.
      for (const name of logs) rmSync(join(box.outDir, name));
      expect(await brokenPromises(box, QUIET, { comments: 0 })).toEqual([]);
      return told.peakKib / 1024;
    } finally {
      rmSync(box.dir, { recursive: true, force: true });
      await box.github.stop();
    }
  };

  it("#44 256 MiB in lines, 200 MiB in one line: memory stays bounded", { timeout: 120_000 }, async () => {
    const none = await peakOf(undefined);
    const lines = await peakOf({ mebibytes: 256 });
    const oneLine = await peakOf({ mebibytes: 200, oneLine: true });
    expect({ lines: lines - none < 100, oneLine: oneLine - none < 100 }, `${none}, ${lines}, ${oneLine} MiB`).toEqual({
      lines: true,
      oneLine: true,
    });
  });
});

describe("a clock on the wall that is set", () => {
  const timed = (byMs: number) => () => {
    const { clock, step } = steppedClock();
    return { clock, during: (event: { readonly kind: string }) => (event.kind === "check-started" ? step(byMs) : undefined) };
  };
  const HOUR = 3_600_000;
  cases(
    [HOUR, -HOUR, 90].map((ms) => ({
      id: "#45",
      title: `by ${ms} ms, several times: nothing measured changes`,
      config: { ...QUICK, throughput: "[{ input: 16, output: 8, concurrency: [1], requests: 4 }]" },
      how: timed(ms),
      want: {},
      after: async ({ record }, { outDir }) => {
        const launch = record?.cells[0]?.launches[0];
        for (const { fromMs, toMs } of launch?.phases ?? []) expect(toMs - fromMs).toBeLessThan(20_000);
        for (const { durationMs } of launch?.checks ?? []) expect([durationMs >= 0, durationMs < 20_000]).toEqual([true, true]);
        expect(launch?.outcome.state).toBe("measured");
        expect((await readRecord(outDir)).ok).toBe(true);
      },
    })),
  );
});
