import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { bench } from "./bench.ts";
import { transformersProgram } from "./environment.ts";
import { MODEL, cellChecks, check, checkOf, metric, servegate } from "./harness.ts";
import { wrongAnswers } from "./wrong.ts";

/** Four cells of `transformers serve`, a server that is killed while it is measured, and a bench of one that runs by itself. */
export async function transformers(): Promise<void> {
  const program = transformersProgram();
  await matrix(program);
  await killedMidRun(program);
  await wrongAnswers("transformers", (model, checks) => config(program, "{ continuous-batching: [off] }", checks, model));
  await bench({
    engine: "transformers",
    command: [program, "serve", "--device", "auto"],
    env: { OMP_NUM_THREADS: "2", HF_HUB_OFFLINE: "1" },
    exact: false,
  });
}

function config(program: string, matrix: string, checks: string, model = MODEL): string {
  return `version: 1
engine: transformers
model: ${model}
launch:
  command: [${program}, serve]
  args: [--device, auto]
  env: { OMP_NUM_THREADS: "2", HF_HUB_OFFLINE: "1" }
  ready-timeout: 5m
  request-timeout: 2m
matrix: ${matrix}
${checks}`;
}

async function matrix(program: string): Promise<void> {
  const text = config(
    program,
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

async function killedMidRun(program: string): Promise<void> {
  const checks = "throughput: [{ input: 64, output: 64, concurrency: [4], requests: 400 }]\n";
  const text = config(program, "{ continuous-batching: [off] }", checks);
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
