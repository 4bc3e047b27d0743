/**
 * The real-engine suite: Hugging Face `transformers serve` with our tiny model, through the committed command line, on whatever this
 * machine computes with. `npm run test:engines`. Ends with `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { CellRecord, CheckResult, LaunchRecord, RunRecord } from "../../../src/model/index.ts";
import { transformersProgram } from "./environment.ts";

const CLI = resolve(import.meta.dirname, "../../../dist/cli.js");
const MODEL = resolve(import.meta.dirname, "../../tiny-llama/model");
const work = mkdtempSync(join(tmpdir(), "servegate-engines-"));
const program = transformersProgram();

let passed = 0;
let failed = 0;

function check(sentence: string, holds: boolean, seen: unknown): void {
  if (holds) passed += 1;
  else failed += 1;
  process.stdout.write(`${holds ? "✓" : "✗"} ${sentence}${holds ? "" : ` — saw ${JSON.stringify(seen)}`}\n`);
}

function config(matrix: string, checks: string): string {
  return `version: 1
engine: transformers
model: ${MODEL}
launch:
  command: [${program}, serve]
  args: [--device, auto]
  env: { OMP_NUM_THREADS: "2", HF_HUB_OFFLINE: "1" }
  ready-timeout: 5m
  request-timeout: 2m
matrix: ${matrix}
${checks}`;
}

interface Ran {
  readonly exitCode: number;
  readonly record: RunRecord;
  readonly dir: string;
}

/** Runs the committed command line; `onText` sees its progress and may act on it. */
function servegate(name: string, text: string, onText?: (text: string, dir: string) => void): Promise<Ran> {
  const file = join(work, `${name}.yml`);
  const dir = join(work, name);
  writeFileSync(file, text);
  const child = spawn(process.execPath, [CLI, "run", file, "--out", dir], { stdio: ["ignore", "inherit", "pipe"] });
  let seen = "";
  child.stderr.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    seen += chunk.toString();
    onText?.(seen, dir);
  });
  return new Promise((settle) => {
    child.on("close", (exitCode) =>
      settle({ exitCode: exitCode ?? -1, record: JSON.parse(readFileSync(join(dir, "record.json"), "utf8")) as RunRecord, dir }),
    );
  });
}

function checkOf(launch: LaunchRecord | undefined, id: string): CheckResult | undefined {
  return launch?.checks.find((result) => result.id === id);
}

function metric(launch: LaunchRecord | undefined, name: string): number | undefined {
  return launch?.checks.flatMap((result) => result.metrics).find((value) => value.metric === name)?.value;
}

async function matrix(): Promise<void> {
  const text = config(
    "{ attention-implementation: [eager, sdpa], continuous-batching: [on, off] }",
    `accuracy: [{ dataset: arithmetic, questions: 100, concurrency: 4, max-tokens: 64 }]
throughput: [{ input: 64, output: 32, concurrency: [1, 4], requests: 16 }]
gates: [accuracy >= 95%]
`,
  );
  const { exitCode, record } = await servegate("matrix", text);
  check("the matrix ends with exit code 0", exitCode === 0, exitCode);
  check("all four cells ran", record.cells.length === 4, record.cells.length);
  for (const cell of record.cells) cellChecks(cell);
}

function cellChecks({ cell, launches }: CellRecord): void {
  const [launch] = launches;
  check(`${cell.id}: was measured`, launch?.outcome.state === "measured", launch?.outcome);
  check(`${cell.id}: passes the smoke test`, checkOf(launch, "smoke")?.status === "passed", checkOf(launch, "smoke")?.rows);
  const accuracy = metric(launch, "accuracy") ?? 0;
  check(`${cell.id}: answers at least 95 % of the word problems (${accuracy} %)`, accuracy >= 95, accuracy);
  const speed = metric(launch, "output_throughput") ?? 0;
  check(`${cell.id}: generates tokens at a measured rate (${speed.toFixed(1)} tokens/s)`, speed > 0, speed);
  check(`${cell.id}: leaves nothing behind`, launch?.stop?.leftovers.length === 0, launch?.stop);
}

async function killedMidRun(): Promise<void> {
  const text = config("{ continuous-batching: [off] }", "throughput: [{ input: 64, output: 64, concurrency: [4], requests: 400 }]\n");
  let killed = 0;
  const { exitCode, record } = await servegate("killed", text, (seen, dir) => {
    if (killed !== 0 || !seen.includes("smoke passed")) return;
    killed = serverPid(dir);
    setTimeout(() => process.kill(killed, "SIGKILL"), 4_000);
  });
  const [launch] = record.cells[0]?.launches ?? [];
  check("a server that is killed mid-run fails the gate", exitCode === 1, exitCode);
  check(
    "its death is recorded as a failure",
    launch?.outcome.state === "failed" && launch.outcome.failure.kind === "exited",
    launch?.outcome,
  );
  check("no number is averaged over the survivors", metric(launch, "output_throughput") === undefined, checkOf(launch, "throughput"));
}

/**
 * The server that this run started: the Python process whose command line names a link in the run's own folder. The log is no help,
 * because in a process namespace of its own a server prints another number than ours.
 */
function serverPid(dir: string): number {
  const found = readdirSync("/proc").find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const program = readlinkSync(`/proc/${name}/exe`);
      return /python[\d.]*$/.test(program) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(dir);
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error("the server of this run is not among the processes");
  return Number(found);
}

await matrix();
await killedMidRun();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
