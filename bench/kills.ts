/* oxlint-disable no-console -- a program for people */
/**
 * Kills a run with SIGKILL at a random moment, again and again, and reads what it left: `node bench/kills.ts [times, default 100]`. Beside it
 * the same with a record that is written in place, as most programs do. Writes bench/results/kills.md.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readRecord } from "../src/record/index.ts";
import { sweep } from "../src/shell/index.ts";

const TIMES = Number(process.argv[2] ?? 100);
const PROGRAM = resolve(import.meta.dirname, "../test/bin/run-box.ts");
const PLAIN = `const { writeFileSync } = require("node:fs"); const text = JSON.stringify({ all: Array(200000).fill("a measured number") });
for (;;) writeFileSync(process.argv[1], text)`;
const CONFIG = `version: 1
engine: rehearsal
engine-version: 0.5.4
model: tiny
rehearsal: { dialect: sglang, scenario: healthy }
launch: { args: [--tp, "8"], ready-timeout: 1m, stall-timeout: 20s, request-timeout: 20s }
matrix: { custom-all-reduce: [on, off], max-sequences: [64, 128] }
accuracy: [{ dataset: arithmetic, questions: 20 }]
throughput: [{ input: 32, output: 16, concurrency: [4], requests: 16 }]
`;

/** How long an undisturbed run takes decides when it is hit. */
const whole = await run(undefined);
let [unreadable, tooMany, survivors, early] = [0, 0, 0, 0];
const cells: number[] = [];
for (let time = 0; time < TIMES; time++) {
  const hit = await run(Math.random() * whole.ms);
  if (hit.began && !hit.readable) unreadable += 1;
  if (!hit.began) early += 1;
  if (hit.lost > 1) tooMany += 1;
  survivors += hit.survivors;
  cells.push(hit.cells);
}
let torn = 0;
for (let time = 0; time < TIMES; time++) torn += (await plain()) ? 0 : 1;

const text = `# Runs killed at random

A run of four cells was killed with SIGKILL ${TIMES} times, each at a random moment of the ${(whole.ms / 1000).toFixed(1)} s that it takes, and its folder was read.

| | of ${TIMES} |
| --- | --- |
| killed before the run had begun, so that there is nothing to read | ${early} |
| results that cannot be read | ${unreadable} |
| runs that lost more than the launch under way | ${tooMany} |
| processes left after the next start had swept | ${survivors} |
| for comparison: a document of 4 MB written in place, killed while it is written, that cannot be read | ${torn} |

Launches that were read: from ${Math.min(...cells)} to ${Math.max(...cells)}.

Measured with \`node bench/kills.ts ${TIMES}\` on ${cpus().length} × ${cpus()[0]?.model.trim() ?? "an unknown processor"}.
`;
writeFileSync(resolve(import.meta.dirname, "results/kills.md"), text);
console.log(text);

interface Hit {
  readonly ms: number;
  readonly began: boolean;
  readonly readable: boolean;
  readonly cells: number;
  readonly lost: number;
  readonly survivors: number;
}

async function run(killAfterMs: number | undefined): Promise<Hit> {
  const dir = mkdtempSync(join(tmpdir(), "servegate-kill-"));
  writeFileSync(join(dir, "box.json"), JSON.stringify({ env: { ...process.env, HOME: dir }, config: CONFIG }));
  const begun = performance.now();
  const child = spawn(process.execPath, [PROGRAM, dir], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const over = new Promise((done) => child.once("close", done));
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), over]);
    child.kill("SIGKILL");
  }
  await over;
  const ms = performance.now() - begun;
  const read = await readRecord(join(dir, "out"));
  const launches = read.ok ? read.value.cells.flatMap((cell) => cell.launches).filter(({ stop }) => stop !== undefined).length : 0;
  const ended = said.split("\n").filter((line) => line === "server-stopped").length;
  await sleep(300);
  await sweep(join(dir, "ledger"));
  const left = processesOf(dir);
  rmSync(dir, { recursive: true, force: true });
  return { ms, began: said.includes("run-started"), readable: read.ok, cells: launches, lost: ended - launches, survivors: left };
}

/** Whether a document that is written in place can be read after its writer was killed. */
async function plain(): Promise<boolean> {
  const file = join(mkdtempSync(join(tmpdir(), "servegate-plain-")), "record.json");
  const child = spawn(process.execPath, ["-e", PLAIN, file], { stdio: "ignore" });
  const over = new Promise((done) => child.once("exit", done));
  await sleep(150 + Math.random() * 100);
  child.kill("SIGKILL");
  await over;
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

function processesOf(dir: string): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/environ`, "latin1").includes(dir);
    } catch {
      return false;
    }
  }).length;
}
