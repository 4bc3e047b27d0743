import { resolve } from "node:path";
import { Command } from "commander";
import { appendHistory, promote } from "../baseline/index.ts";
import { readAll } from "../flow/index.ts";
import { EXIT } from "../model/index.ts";
import { err, refuse } from "./print.ts";

interface Options {
  readonly history: string;
}

/** Appends a run of the base branch to a history. */
export function recordBaselineCommand(): Command {
  return verb(
    "record-baseline",
    "Append a finished run of the base branch to a history, under its GPU, driver, engine, model and harness",
  ).action(async (paths: readonly string[], { history }: Options) => {
    const record = await readAll(paths);
    if (!record.ok) return refuse(record.problems);
    const kept = await appendHistory(record.value, history);
    if ("refused" in kept) return refused(kept.refused);
    return err(`Kept as ${kept.saved}; the history now holds ${kept.entries} ${kept.entries === 1 ? "run" : "runs"} of this kind.`);
  });
}

/** Freezes a run as the anchor that every later run is also held against. */
export function promoteCommand(): Command {
  return verb(
    "promote",
    "Freeze a run as the anchor of a history: later runs are also held against it, however slowly the window drifts",
  ).action(async (paths: readonly string[], { history }: Options) => {
    const record = await readAll(paths);
    if (!record.ok) return refuse(record.problems);
    const kept = await promote(record.value, history);
    if ("refused" in kept) return refused(kept.refused);
    return err(`Frozen as ${resolve(kept.saved)}.`);
  });
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<record...>", "record.json, or the folder of a run; several are merged first")
    .requiredOption("--history <folder>", "the history's folder; made where missing");
}

function refused(reason: string): void {
  err(`Not kept: ${reason}.`);
  process.exitCode = EXIT.config;
}
