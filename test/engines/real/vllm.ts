import type { CellRecord } from "../../../src/model/index.ts";
import { bench } from "./bench.ts";
import { VLLM_VERSION, vllmProgram } from "./environment.ts";
import { MODEL, cellChecks, check, planOf, servegate, skip } from "./harness.ts";
import { wrongAnswers } from "./wrong.ts";

/** A real vLLM on the processor: a matrix of compilation and prefix caching, mistakes that its own help shows before any start, and a bench of a server that runs by itself. */
export async function vllm(): Promise<void> {
  let program: string;
  try {
    program = vllmProgram();
  } catch (error) {
    // A community package: where it cannot be had, that is told and counted, and says nothing of Servegate.
    return skip(`vLLM ${VLLM_VERSION} cannot be installed here: ${error instanceof Error ? error.message : String(error)}`);
  }
  await matrix(program);
  await mistakes(program);
  await wrongAnswers("vllm", (model, checks) => config(program, ARGS, "{ eager: [on] }", model, checks));
  const words = ["--dtype", "float32", "--max-model-len", "1024", "--enable-per-request-metrics"];
  await bench({ engine: "vllm", command: [program, "serve", MODEL, ...words], env: ENV, exact: true });
}

const ENV = { VLLM_CPU_KVCACHE_SPACE: "1", HF_HUB_OFFLINE: "1", VLLM_NO_USAGE_STATS: "1" };

// Its bfloat16 attention ends the worker without a word on processors with AMX, so the model is served in float32.
function config(program: string, args: string, matrix: string, model = MODEL, checks = CHECKS): string {
  return `version: 1
engine: vllm
model: ${model}
launch:
  command: [${program}, serve]
  args: [${args}]
  env: ${JSON.stringify(ENV)}
  ready-timeout: 8m
  stall-timeout: 5m
  request-timeout: 2m
matrix: ${matrix}
${checks}`;
}

const CHECKS = `accuracy: [{ dataset: arithmetic, questions: 100, concurrency: 4, max-tokens: 64 }]
throughput: [{ input: 64, output: 32, concurrency: [1, 4], requests: 16 }]
gates: [accuracy >= 95%]
`;

const ARGS = '--dtype, float32, --max-model-len, "1024"';

async function matrix(program: string): Promise<void> {
  const { exitCode, record } = await servegate("vllm", config(program, ARGS, "{ eager: [on, off], prefix-caching: [on, off] }"));
  check("the matrix of vLLM ends with exit code 0", exitCode === 0, exitCode);
  check("its version was asked from the installed package", record.run.engine.version === `${VLLM_VERSION}+cpu`, record.run.engine);
  check("all four of its cells ran", record.cells.length === 4, record.cells.length);
  for (const cell of record.cells) {
    cellChecks(cell);
    proofs(cell);
  }
}

/** Both axes are seen in what the server printed of itself, and its phases are read from its log. */
function proofs({ cell, launches: [launch] }: CellRecord): void {
  const effects = new Set((launch?.resolved ?? []).map(({ axis, requested, effect }) => `${axis}=${requested} ${effect}`));
  const wanted = Object.entries(cell.axes).map(([axis, value]) => `${axis}=${value} as-requested`);
  check(
    `${cell.id}: took effect as requested`,
    wanted.every((one) => effects.has(one)),
    launch?.resolved,
  );
  const phases = (launch?.phases ?? []).map(({ phase }) => phase as string);
  const expected = ["arguments", "distributed", "weights", "kv-cache", "warm-up", "http", "ready"];
  check(
    `${cell.id}: passed through its phases`,
    expected.every((phase) => phases.includes(phase)),
    phases,
  );
}

async function mistakes(program: string): Promise<void> {
  const args = `${ARGS}, --enable-piecewise, --kv-cache-dtype, fp3`;
  const { exitCode, said } = await planOf("vllm-mistakes", config(program, args, "{ eager: [on, off] }"));
  check("mistakes in the arguments are found before any server starts", exitCode === 2, exitCode);
  check("an unknown flag is named", said.includes("--enable-piecewise"), said);
  check("a choice that does not exist is named", said.includes("fp3"), said);
}
