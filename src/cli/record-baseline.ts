import { resolve } from "node:path";
import { Command } from "commander";
import { appendBranch, appendHistory, gitAccess, promote, promoteBranch, type BranchPlace } from "../baseline/index.ts";
import { readAll } from "../flow/index.ts";
import { EXIT, type RunRecord } from "../model/index.ts";
import { err, refuse } from "./print.ts";

interface Options {
  readonly history?: string;
  readonly branch?: string;
  readonly store: string;
  readonly remote: string;
  readonly anyRef?: boolean;
}

/** Events of GitHub under which the base branch itself is measured. */
const OWN_EVENTS = new Set(["push", "schedule", "workflow_dispatch"]);

/** Appends a run of the base branch to a history. */
export function recordBaselineCommand(): Command {
  return verb(
    "record-baseline",
    "Append a finished run of the base branch to a history, under its GPU, driver, engine, model and harness",
    async (record, place) => {
      const kept = await (typeof place === "string" ? appendHistory(record, place) : appendBranch(record, place));
      if ("refused" in kept) return refused(kept.refused);
      return err(`Kept as ${kept.saved}; the history now holds ${kept.entries} ${kept.entries === 1 ? "run" : "runs"} of this kind.`);
    },
  );
}

/** Freezes a run as the anchor that every later run is also held against. */
export function promoteCommand(): Command {
  return verb(
    "promote",
    "Freeze a run as the anchor of a history: later runs are also held against it, however slowly the window drifts",
    async (record, place) => {
      const kept = await (typeof place === "string" ? promote(record, place) : promoteBranch(record, place));
      if ("refused" in kept) return refused(kept.refused);
      return err(`Frozen as ${kept.saved}.`);
    },
  );
}

function verb(name: string, description: string, keep: (record: RunRecord, place: string | BranchPlace) => Promise<void>): Command {
  return new Command(name)
    .description(description)
    .argument("<record...>", "record.json, or the folder of a run; several are merged first")
    .option("--history <folder>", "the history is this folder; made where missing")
    .option("--branch <base>", "the history of this base branch, kept on a branch of the repository that this folder is a clone of")
    .option("--store <branch>", "with --branch: the branch that holds histories; made where missing", "servegate-baselines")
    .option("--remote <remote>", "with --branch: name or URL of the remote", "origin")
    .option("--any-ref", "with --branch, in a job of GitHub: also where the job does not run for that branch")
    .action(async (paths: readonly string[], options: Options) => {
      const place = placeOf(options);
      if (!("problem" in place)) {
        const record = await readAll(paths);
        return record.ok ? keep(record.value, place.at) : refuse(record.problems);
      }
      return refused(place.problem);
    });
}

/** A folder, or a branch; of a job of GitHub only where that job runs for the base branch, or a pull request could write its own baseline. */
function placeOf({ history, branch, store, remote, anyRef }: Options): { at: string | BranchPlace } | { problem: string } {
  if ((history === undefined) === (branch === undefined)) return { problem: "name either --history FOLDER or --branch BASE" };
  if (history !== undefined) return { at: resolve(history) };
  const base = branch ?? "";
  const { GITHUB_ACTIONS: job, GITHUB_EVENT_NAME: event = "", GITHUB_REF: ref = "", GITHUB_TOKEN: token = "" } = process.env;
  if (job === "true" && anyRef !== true && (!OWN_EVENTS.has(event) || ref !== `refs/heads/${base}`))
    return {
      problem: `this job runs for ${ref} on ${event}, and the history of ${base} is written by its own jobs alone (--any-ref overrules)`,
    };
  return { at: { repository: process.cwd(), remote, branch: store, base, env: gitAccess(token, process.env["GITHUB_SERVER_URL"]) } };
}

function refused(reason: string): void {
  err(`Not kept: ${reason}.`);
  process.exitCode = EXIT.config;
}
