/**
 * The verdict on a real engine on this machine: llama.cpp's server against itself, and against itself made slower. Trials of both kinds
 * alternate, each is one `servegate run` that launches base and head in turns, and each ends as a line of the journal, so that a run
 * that was stopped goes on where it was. Written to bench/results/aa.md. llama.cpp because it is up within a second: a verdict takes
 * many launches.
 *
 *     node bench/aa/main.ts [trials of each kind, default 20] [folder of the journal, default ~/.cache/servegate/bench/aa] [at most so many trials now]
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { llamaCppPython } from "../../test/engines/real/environment.ts";
import { page } from "./page.ts";
import { trial, type Outcome, type Setup } from "./trial.ts";

/** Layers of the base build, and of the slower head. A token costs a layer's time for each, and a little besides: a tenth more. */
const LAYERS = 8;
const SLOWER_LAYERS = 9;
const SLOWDOWN = 0.1;
const wanted = Number(process.argv[2] ?? 20);
const folder = process.argv[3] ?? join(homedir(), ".cache", "servegate", "bench", "aa");
const now = Number(process.argv[4] ?? Number.POSITIVE_INFINITY);
const journal = join(folder, "trials.jsonl");
const python = llamaCppPython();
const setup: Setup = {
  python,
  model: (slowdown) => model(slowdown === 0 ? LAYERS : SLOWER_LAYERS),
  launches: 4,
  confirm: 8,
  metric: "itl_p50",
  margin: 2,
};

mkdirSync(folder, { recursive: true });
const outcomes = (): Outcome[] =>
  existsSync(journal)
    ? readFileSync(journal, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line): Outcome => JSON.parse(line))
    : [];
const done = (slowdown: number): number => outcomes().filter((each) => each.slowdown === slowdown).length;

for (let ran = 0; ran < now && (done(0) < wanted || done(SLOWDOWN) < wanted); ran += 1) {
  const slowdown = done(0) <= done(SLOWDOWN) ? 0 : SLOWDOWN;
  const dir = join(folder, `trial-${outcomes().length}`);
  const outcome = await trial(setup, slowdown, dir);
  // Stopped by someone: it says nothing, and the next call tries again.
  if (outcome.class === "cancelled") process.exit(130);
  appendFileSync(journal, `${JSON.stringify(outcome)}\n`);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  rmSync(join(dir, "previous"), { recursive: true, force: true });
}

/** Path of the model with so many layers, made where it is missing. */
function model(layers: number): string {
  const path = join(folder, `tiny-${layers}.gguf`);
  if (!existsSync(path)) execFileSync(python, [join(import.meta.dirname, "../../test/tiny-llama/gguf_file.py"), path, String(layers)]);
  return path;
}

await writeFile("bench/results/aa.md", page(setup, outcomes()));
