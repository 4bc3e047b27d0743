import { resolve } from "node:path";
import { Command } from "commander";
import { baseDirOf, DEFAULT_CONFIG, githubMatrix, prepare, site, type Prepared } from "../flow/index.ts";
import type { Plan, PlannedCell, SkippedCell } from "../model/index.ts";
import { commandLine } from "../report/index.ts";
import { json, out, refuse } from "./print.ts";
import { world } from "./world.ts";

interface Options {
  readonly json?: boolean;
  readonly githubMatrix?: boolean;
}

export function planCommand(): Command {
  return new Command("plan")
    .description("Show the cells, their full command lines and environment, and which are skipped and why; starts no server")
    .argument("[config]", "configuration file", DEFAULT_CONFIG)
    .option("--json", "print the plan as JSON")
    .option("--github-matrix", "print the JSON for strategy.matrix")
    .action(showPlan);
}

async function showPlan(file: string, options: Options): Promise<void> {
  const prepared = await prepare({ file: resolve(file), baseDir: baseDirOf(file), site: site(), askVersion: true }, world());
  if (!prepared.ok) return refuse(prepared.problems, file);
  const { plan } = prepared.value;
  if (options.githubMatrix === true) return out(JSON.stringify(githubMatrix(plan)));
  if (options.json === true) return json(plan);
  return out(planText(prepared.value));
}

function planText({ config, plan }: Prepared): string {
  const version = plan.engineVersion === undefined ? "version unknown: the newest flags are assumed" : `version ${plan.engineVersion}`;
  return [
    `${config.engine} (${version}), model ${config.model}`,
    `${plan.cells.length} ${plural("cell", plan.cells.length)} × ${config.launches} ${plural("launch", config.launches)}, about ${cost(plan)}`,
    "",
    ...plan.cells.flatMap(cellText),
    ...(plan.skipped.length === 0 ? [] : ["Skipped:", ...plan.skipped.flatMap(skippedText)]),
  ].join("\n");
}

function cost({ estimateMs, gpus = 1 }: Plan): string {
  const minutes = `${Math.max(1, Math.round(estimateMs / 60_000))} min`;
  return gpus === 1 ? minutes : `${minutes} on ${gpus} GPUs (${((estimateMs / 3_600_000) * gpus).toFixed(1)} GPU-hours)`;
}

function cellText({ cell, launch, notes }: PlannedCell, index: number): string[] {
  const started =
    launch.url === undefined ? commandLine(launch.argv, launch.env) : `nothing is started: the server at ${launch.url} is asked`;
  return [`${index + 1}. ${cell.id}`, `   ${started}`, ...notes.map((note) => `   note: ${note}`), ""];
}

function skippedText({ cell, kind, reason }: SkippedCell): string[] {
  return [`- ${cell.id}`, `   ${kind}: ${reason}`];
}

function plural(noun: string, count: number): string {
  if (count === 1) return noun;
  return noun.endsWith("ch") ? `${noun}es` : `${noun}s`;
}
