import { resolve } from "node:path";
import { Command } from "commander";
import { notes } from "../config/index.ts";
import {
  against,
  baseDirOf,
  conclude,
  DEFAULT_CONFIG,
  execute,
  factsOf,
  otherSide,
  prepare,
  readyMachine,
  retire,
  site,
  writeReports,
} from "../flow/index.ts";
import { EXIT } from "../model/index.ts";
import { formatOf } from "../report/index.ts";
import { colour, err, out, refuse } from "./print.ts";
import { progressPrinter } from "./progress.ts";
import { world } from "./world.ts";

interface Options {
  readonly out: string;
  readonly baseline?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function runCommand(): Command {
  return new Command("run")
    .description("Launch every cell of the matrix, check and measure it, and judge the result")
    .argument("[config]", "configuration file", DEFAULT_CONFIG)
    .option("--out <folder>", "where the record, logs and reports go", "servegate-out")
    .option("--baseline <record>", "compare with this record instead of the configured baseline")
    .option("--quiet", "no progress lines")
    .option("--json", "print the report as JSON instead of text")
    .action(runMatrix);
}

async function runMatrix(file: string, options: Options): Promise<void> {
  const at = world();
  const baseDir = baseDirOf(file);
  const prepared = await prepare({ file: resolve(file), baseDir, site: site(), askVersion: true }, at);
  if (!prepared.ok) return refuse(prepared.problems, file);
  const { config, plan } = prepared.value;

  const machine = await readyMachine(prepared.value, at.ledgerDir, at);
  if (!machine.ok) return refuse(machine.problems, file, EXIT.infra);
  if (options.quiet !== true) for (const note of notes(config)) err(note);

  // The baseline is read first: a broken one is better known before the GPU hours than after.
  const named = options.baseline === undefined ? undefined : resolve(options.baseline);
  const base = await against(named, {
    baseline: config.baseline,
    dir: baseDir,
    facts: factsOf(prepared.value, machine.value, at.clock.timestamp()),
  });
  if (options.quiet !== true && "missing" in base) err(`No comparison: ${base.missing}.`);
  if (options.quiet !== true && "unfit" in base) err(`The baseline cannot be used: ${base.unfit.join("; ")}.`);

  const outDir = resolve(options.out);
  const earlier = await retire(outDir);
  if (earlier !== undefined && options.quiet !== true) err(`The earlier run was moved to ${earlier}.`);
  const onEvent = progressPrinter(plan.cells.length * config.launches, { quiet: options.quiet === true, live: process.stderr.isTTY });
  const record = await execute(
    { prepared: prepared.value, machine: machine.value, outDir, ledgerDir: at.ledgerDir, secrets: at.secrets, base, onEvent },
    at,
  );
  const conclusion = conclude(record, await otherSide(prepared.value, base, outDir));
  const paths = await writeReports(conclusion, outDir);
  const shown = formatOf(options.json === true ? "json" : "terminal");
  out(shown.render(conclusion.view, { colour: colour() }));
  if (options.json !== true) err(`Reports: ${Object.values(paths).join(", ")}`);
  process.exitCode = at.signal.aborted ? EXIT.cancelled : conclusion.verdict.exitCode;
}
