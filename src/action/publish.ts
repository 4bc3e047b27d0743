import { join } from "node:path";
import { setFailed } from "@actions/core";
import { writeReports, type Conclusion } from "../flow/index.ts";
import type { Publisher } from "../github/index.ts";
import { formatOf } from "../report/index.ts";
import { HURRIED_MS } from "./cancellation.ts";
import { publicationOf, setOutputs, writeSummary } from "./channels.ts";
import type { Inputs } from "./inputs.ts";
import { printGuarded } from "./log.ts";
import { effectOf, titleOf } from "./policy.ts";
import { markDone } from "./state.ts";

/** Where a verdict goes on GitHub. */
export interface Channel {
  readonly to: Publisher | undefined;
  readonly checkRun: number | undefined;
}

/**
 * Reports to every channel that is open: files, log, summary, outputs, comment, check run, exit code; in that order, so that what
 * cannot fail comes first. In a hurry, what GitHub does not take within two seconds is left to `post`.
 */
export async function publish(inputs: Inputs, conclusion: Conclusion, outDir: string, channel: Channel, hurried = false): Promise<void> {
  const { verdict, view } = conclusion;
  const { exitCode } = effectOf(verdict, inputs);
  const paths = await writeReports(conclusion, outDir);
  printGuarded(formatOf("terminal").render(view, { colour: false }));
  await writeSummary(view);
  setOutputs(verdict, exitCode, join(outDir, "record.json"), paths["html"] ?? "");
  const said = await channel.to?.finish(channel.checkRun, publicationOf(verdict, view, inputs), hurried ? HURRIED_MS : undefined);
  if (said?.whole !== false) markDone();
  // The view's words are free of control characters and invisible ones; a verdict's are not.
  if (exitCode !== 0) setFailed(titleOf({ ...verdict, title: view.verdict.title }));
  process.exitCode = exitCode;
}
