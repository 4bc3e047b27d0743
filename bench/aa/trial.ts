import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RunRecord, Verdict } from "../../src/model/index.ts";

const CLI = resolve(import.meta.dirname, "../../src/cli/main.ts");
const SERVER = resolve(import.meta.dirname, "../../test/engines/real/llamacpp-server.py");

/** What one trial ended with; one line of the journal. */
export interface Outcome {
  readonly at: string;
  /** By what share the head has more work for each token. */
  readonly slowdown: number;
  readonly class: Verdict["class"];
  /** ln(head/base) of the gated metric with its 95 % interval. */
  readonly change: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Launches a side. */
  readonly launches: number;
  readonly seconds: number;
  /** Standard deviation of the pairs' log ratios, and the machine's load average when the trial ended. */
  readonly spread: number | undefined;
  readonly load: number;
}

/** How a trial is set up: launches of each side at first, more where the numbers lean to a loss, and the gate. */
export interface Setup {
  readonly python: string;
  /** Path of the model of a build that is slower by a share. */
  readonly model: (slowdown: number) => string;
  readonly launches: number;
  readonly confirm: number;
  readonly metric: string;
  readonly margin: number;
}

/** Runs the command line once on the real engine, base and head in turns; `slowdown` 0 makes both the same build. */
export async function trial(setup: Setup, slowdown: number, dir: string): Promise<Outcome> {
  mkdirSync(dir, { recursive: true });
  const config = join(dir, "servegate.yml");
  writeFileSync(config, configText(setup, slowdown));
  const began = Date.now();
  await finished(spawn(process.execPath, [CLI, "run", config, "--quiet", "--out", dir], { stdio: ["ignore", "ignore", "inherit"] }));
  const { verdict } = JSON.parse(readFileSync(join(dir, "report.json"), "utf8")) as { verdict: Verdict };
  const record = JSON.parse(readFileSync(join(dir, "record.json"), "utf8")) as RunRecord;
  const change = verdict.gates.flatMap((gate) => gate.rows)[0]?.change;
  const log = (share: number | undefined): number | undefined => (share === undefined ? undefined : Math.log1p(share));
  return {
    at: record.run.startedAt,
    slowdown,
    class: verdict.class,
    change: log(change?.relative),
    low: log(change?.relativeLow),
    high: log(change?.relativeHigh),
    launches: record.cells[0]?.launches.length ?? 0,
    seconds: Math.round((Date.now() - began) / 1000),
    spread: change?.error === undefined ? undefined : Math.sqrt(change.error.perLaunch),
    load: Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]),
  };
}

function configText({ python, model, launches, confirm, metric, margin }: Setup, slowdown: number): string {
  const side = (share: number): string => JSON.stringify([python, SERVER, model(share), "{port}"]);
  return `version: 1
engine: command
model: ${model(0)}
launch: { ready-timeout: 1m, request-timeout: 1m }
# What is put to the proof is the verdict on speed.
smoke: false
throughput: [{ input: 32, output: 64, concurrency: [1], requests: 16 }]
launches: ${launches}
confirm: ${confirm}
baseline:
  rebuild:
    base: ${side(0)}
    head: ${side(slowdown)}
gates: ["${metric} rises no more than ${margin}%"]
`;
}

function finished(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((settle, fail) => {
    child.on("error", fail);
    child.on("close", () => settle());
  });
}
