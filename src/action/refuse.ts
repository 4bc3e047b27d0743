import { notice, setFailed, setOutput } from "@actions/core";
import { EXIT, problemText, type Problem } from "../model/index.ts";
import { noVerdict } from "./channels.ts";
import { HURRIED_MS } from "./cancellation.ts";
import { harmless, printGuarded } from "./log.ts";
import type { Channel } from "./publish.ts";
import { markDone } from "./state.ts";

/** Ends the step before anything was started, telling every Problem, and completes the check run where one was opened. */
export async function refuse(
  problems: readonly Problem[],
  over: { readonly file?: string; readonly exitCode?: number; readonly channel?: Channel } = {},
): Promise<void> {
  const exitCode = over.exitCode ?? EXIT.config;
  for (const problem of problems) printGuarded(problemText(problem, over.file));
  const kind = exitCode === EXIT.config ? "configuration" : "infrastructure";
  const title = `${problems.length} ${kind} ${problems.length === 1 ? "problem" : "problems"}; nothing was started`;
  const first = harmless(problems[0]?.message ?? "");
  setFailed(`${title}. ${first}`);
  setOutput("verdict", "fail");
  setOutput("class", exitCode === EXIT.config ? "config-error" : "infra");
  process.exitCode = exitCode;
  await over.channel?.to?.finish(
    over.channel.checkRun,
    noVerdict("failure", title, "The job log names every problem and what to write instead."),
  );
  markDone();
}

/** Ends a step that the runner cancelled before a verdict was possible. */
export async function giveUp(channel?: Channel): Promise<void> {
  notice("Cancelled before anything was measured.");
  setOutput("verdict", "fail");
  setOutput("class", "cancelled");
  process.exitCode = EXIT.cancelled;
  const said = await channel?.to?.finish(
    channel.checkRun,
    noVerdict("cancelled", "Cancelled before anything was measured", "Run the job again."),
    HURRIED_MS,
  );
  if (said?.whole === true) markDone();
}
