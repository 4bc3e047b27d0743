import { join } from "node:path";
import { setFailed, setOutput, summary, warning } from "@actions/core";
import { systemClock, writeReports, type Conclusion } from "../flow/index.ts";
import { publisher, type Place, type Publisher } from "../github/index.ts";
import { formatOf } from "../report/index.ts";
import type { Inputs } from "./inputs.ts";
import { printGuarded } from "./log.ts";
import { effectOf, titleOf } from "./policy.ts";
import { markDone } from "./state.ts";

/** The step summary may hold 1 MiB; above that GitHub drops it whole. */
const SUMMARY_LIMIT = 900_000;

/** Reports to every channel that is open: files, summary, comment, check run, outputs, exit code; in that order, so that files come first. */
export async function publish(
  inputs: Pick<Inputs, "fail-on" | "on-infra" | "on-inconclusive">,
  conclusion: Conclusion,
  outDir: string,
  to: Publisher | undefined,
  checkRun: number | undefined,
): Promise<void> {
  const { verdict, view } = conclusion;
  const effect = effectOf(verdict, inputs);
  const paths = await writeReports(conclusion, outDir);
  printGuarded(formatOf("terminal").render(view, { colour: false }));
  const markdown = formatOf("markdown");
  await writeSummary(markdown.render(view, { limit: SUMMARY_LIMIT }));
  setOutput("verdict", effect.exitCode === 0 ? "pass" : "fail");
  setOutput("class", verdict.class);
  setOutput("record", join(outDir, "record.json"));
  setOutput("report", paths["html"] ?? "");
  setOutput("regressions", JSON.stringify(verdict.cells.filter((cell) => cell.class === "regression" || cell.class === "broken")));
  await to?.finish(checkRun, {
    conclusion: effect.conclusion,
    title: titleOf(verdict),
    next: verdict.next,
    comment: markdown.render(view),
    completedAt: systemClock.timestamp(),
  });
  markDone();
  if (effect.exitCode !== 0) setFailed(titleOf(verdict));
  process.exitCode = effect.exitCode;
}

export function publisherOf(inputs: Inputs, place: Place): Publisher {
  return publisher(inputs["github-token"], place, {
    name: inputs.name,
    key: inputs.name,
    comment: inputs["comment-mode"] === "sticky",
    warn: (message) => warning(message),
  });
}

async function writeSummary(markdown: string): Promise<void> {
  if (process.env["GITHUB_STEP_SUMMARY"] === undefined) return;
  await summary.addRaw(markdown, true).write();
}
