import { join, resolve } from "node:path";
import { endGroup, notice, saveState, setFailed, setOutput, startGroup } from "@actions/core";
import { readBaseline, readDirectory, type BaselineRead } from "../baseline/index.ts";
import {
  conclude,
  execute,
  factsOf,
  keepBaseline,
  prepare,
  readAll,
  readyMachine,
  retire,
  secretsOf,
  selectCells,
  site,
  systemClock,
  type Prepared,
} from "../flow/index.ts";
import { placeOf, type Place } from "../github/index.ts";
import { EXIT, problemText, type MachineFacts, type Problem, type RunRecord } from "../model/index.ts";
import { cancellation } from "./cancellation.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { printGuarded } from "./log.ts";
import { publish, publisherOf } from "./publish.ts";
import { keepState } from "./state.ts";

/** The `main` step: reads the inputs and does what `mode` says. */
export async function runMode(): Promise<void> {
  saveState("isPost", "true");
  const read = readInputs();
  if (!read.ok) return refuse(read.problems);
  const inputs = read.value;
  const env = environment(inputs);
  const signal = cancellation();
  const workspace = env["GITHUB_WORKSPACE"] ?? process.cwd();
  if (inputs.mode === "report") return report(inputs, workspace, env);

  const request = { file: inputs.config, baseDir: workspace, site: site(), askVersion: true };
  const prepared = await prepare(request, { clock: systemClock, env, signal });
  if (!prepared.ok) return refuse(prepared.problems, inputs.config);
  if (inputs.mode === "plan") return emitMatrix(prepared.value);
  const selected = selectCells(prepared.value, inputs.cell);
  if (!selected.ok) return refuse(selected.problems);
  return measure(inputs, selected.value, workspace, env, signal);
}

function emitMatrix({ plan }: Prepared): void {
  setOutput("matrix", JSON.stringify({ include: plan.cells.map(({ cell }) => ({ cell: cell.id })) }));
  notice(`${plan.cells.length} cells to run, ${plan.skipped.length} skipped.`);
}

async function measure(
  inputs: Inputs,
  prepared: Prepared,
  workspace: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const outDir = resolve(workspace, inputs.out);
  const ledgerDir = join(env["RUNNER_TEMP"] ?? outDir, "servegate-ledger");
  const context = { clock: systemClock, signal, env };
  const machine = await readyMachine(prepared, ledgerDir, context);
  if (!machine.ok) return refuse(machine.problems, inputs.config, EXIT.infra);
  const place = placeOf(env);
  const to = place === undefined ? undefined : publisherOf(inputs, place);
  const checkRun = await to?.start(systemClock.timestamp());
  keepState({ outDir, ledgerDir, checkRun });
  await retire(outDir);

  startGroup(`Running ${prepared.plan.cells.length} cells`);
  const source = sourceOf(place);
  const record = await execute(
    {
      prepared,
      machine: machine.value,
      outDir,
      ledgerDir,
      secrets: secretsOf(env),
      ...(source === undefined ? {} : { source }),
      onEvent: (event) => {
        if (event.kind === "launch-started") printGuarded(`▶ ${event.cell}, launch ${event.launch}`);
        if (event.kind === "check-finished") printGuarded(`  ${event.result.id} ${event.result.status}: ${event.result.message}`);
        if (event.kind === "launch-ended" && event.outcome.state === "failed")
          printGuarded(`  failed: ${event.diagnosis?.class ?? "unknown"}`);
      },
    },
    context,
  );
  endGroup();
  const base = await baselineOf(inputs, prepared, machine.value, workspace);
  const other = "found" in base ? base.found : base;
  await keepBaseline(other, outDir);
  await publish(inputs, conclude(record, other), outDir, to, checkRun);
}

async function report(inputs: Inputs, workspace: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const records = await readAll(inputs.records.map((path) => resolve(workspace, path)));
  if (!records.ok) return refuse(records.problems);
  const base = inputs.baseline === undefined ? { missing: "no baseline was named" } : await readDirectory(resolve(workspace, inputs.baseline));
  const outDir = resolve(workspace, inputs.out);
  const place = placeOf(env);
  const to = place === undefined ? undefined : publisherOf(inputs, place);
  const checkRun = await to?.start(systemClock.timestamp());
  await publish(inputs, conclude(records.value, "found" in base ? base.found : base), outDir, to, checkRun);
}

async function baselineOf(inputs: Inputs, prepared: Prepared, machine: MachineFacts, workspace: string): Promise<BaselineRead> {
  return inputs.baseline === undefined
    ? readBaseline(prepared.config.baseline, workspace, factsOf(prepared, machine))
    : readDirectory(resolve(workspace, inputs.baseline));
}

function sourceOf(place: Place | undefined): RunRecord["run"]["source"] {
  if (place === undefined) return undefined;
  return {
    repository: `${place.owner}/${place.repo}`,
    headSha: place.headSha,
    ...(place.baseSha === undefined ? {} : { baseSha: place.baseSha }),
    ...(place.pullRequest === undefined ? {} : { pullRequest: place.pullRequest }),
  };
}

/** Our own environment without the tokens, and with the Hugging Face token where the user gave one for the server. */
function environment(inputs: Inputs): Readonly<Record<string, string | undefined>> {
  for (const name of Object.keys(process.env)) {
    if (/^INPUT_(GITHUB|HF)-TOKEN$/.test(name)) delete process.env[name];
  }
  return { ...process.env, ...(inputs["hf-token"] === "" ? {} : { HF_TOKEN: inputs["hf-token"] }) };
}

function refuse(problems: readonly Problem[], file?: string, exitCode: number = EXIT.config): void {
  for (const problem of problems) printGuarded(problemText(problem, file));
  const kind = exitCode === EXIT.config ? "configuration" : "infrastructure";
  setFailed(
    `${problems.length} ${kind} ${problems.length === 1 ? "problem" : "problems"}; nothing was started. ${problems[0]?.message ?? ""}`,
  );
  setOutput("verdict", "fail");
  setOutput("class", exitCode === EXIT.config ? "config-error" : "infra");
  process.exitCode = exitCode;
}
