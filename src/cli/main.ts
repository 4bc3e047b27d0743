#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { HARNESS_VERSION } from "../flow/index.ts";
import { EXIT } from "../model/index.ts";
import { StorageError } from "../record/index.ts";
import { benchCommand } from "./bench.ts";
import { bundleCommand } from "./bundle.ts";
import { compareCommand } from "./compare.ts";
import { diagnoseCommand } from "./diagnose.ts";
import { doctorCommand } from "./doctor.ts";
import { initCommand } from "./init.ts";
import { mergeCommand } from "./merge.ts";
import { planCommand } from "./plan.ts";
import { promoteCommand, recordBaselineCommand } from "./record-baseline.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { schemaCommand } from "./schema.ts";
import { tryCommand } from "./try.ts";

const EXIT_CODES = `
Exit codes:
  0 pass · 1 the gate failed (regression, broken server, accuracy) · 2 configuration problem · 3 infrastructure
  4 inconclusive · 70 a bug in Servegate · 130 cancelled`;

function program(): Command {
  const servegate = new Command("servegate")
    .description("Does this change still serve, correctly and as fast, in every configuration you ship?")
    .version(HARNESS_VERSION)
    .addHelpText("after", EXIT_CODES)
    .exitOverride();
  const commands = [
    tryCommand(),
    initCommand(),
    runCommand(),
    planCommand(),
    doctorCommand(),
    diagnoseCommand(),
    bundleCommand(),
    benchCommand(),
    compareCommand(),
    reportCommand(),
    mergeCommand(),
    recordBaselineCommand(),
    promoteCommand(),
    schemaCommand(),
  ];
  for (const command of commands) servegate.addCommand(command.exitOverride());
  return servegate;
}

/** Parses the arguments and ends with a documented exit code; the one place where a bug of ours is caught. */
async function main(): Promise<void> {
  // A reader that leaves early (`servegate report … | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT.pass : EXIT.bug));
  try {
    await program().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.pass : EXIT.config;
      return;
    }
    if (error instanceof StorageError) {
      process.stderr.write(`${error.message}\nEvery server has been stopped. Make room on the disk and run again.\n`);
      process.exitCode = EXIT.infra;
      return;
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.stderr.write("This is a bug in Servegate. What was measured so far is in the output folder.\n");
    process.exitCode = EXIT.bug;
  }
}

await main();
