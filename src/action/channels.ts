import { setOutput, summary, warning } from "@actions/core";
import { systemClock } from "../flow/index.ts";
import { publisher, type Annotation, type Place, type Publication, type Publisher } from "../github/index.ts";
import type { Verdict } from "../model/index.ts";
import { formatOf, type View } from "../report/index.ts";
import type { Inputs } from "./inputs.ts";
import { effectOf, titleOf } from "./policy.ts";

/** The step summary may hold 1 MiB of UTF-8; above that GitHub drops it whole. */
const SUMMARY_BYTES = 1_000_000;

/** Annotations beyond this tell nobody more; the check's text has all cells. */
const MOST_ANNOTATIONS = 200;

/** A publisher for this job, or `undefined` outside GitHub. A job that runs some of the cells only has no verdict to publish. */
export function publisherOf(inputs: Inputs, place: Place | undefined): Publisher | undefined {
  if (place === undefined || (inputs.mode === "run" && inputs.cell.length > 0)) return undefined;
  return publisher(inputs["github-token"], place, {
    name: inputs.name,
    key: inputs.name,
    comment: inputs["comment-mode"],
    warn: (message) => warning(message),
  });
}

/** What is said on GitHub about a verdict. */
export function publicationOf(
  verdict: Verdict,
  view: View,
  inputs: Pick<Inputs, "fail-on" | "on-infra" | "on-inconclusive" | "config">,
): Publication {
  const { conclusion } = effectOf(verdict, inputs);
  return {
    conclusion,
    title: titleOf(verdict),
    next: view.verdict.next,
    comment: formatOf("markdown").render(view),
    facts: factsFor(verdict, conclusion),
    annotations: annotations(verdict, inputs.config),
    completedAt: systemClock.timestamp(),
  };
}

/** What is said when there is no verdict: nothing was measured, or what was measured cannot be judged. */
export function noVerdict(conclusion: Publication["conclusion"], title: string, next: string): Publication {
  const facts = { verdict: conclusion, title };
  return { conclusion, title, next, comment: `**${title}.** ${next}`, facts, annotations: [], completedAt: systemClock.timestamp() };
}

export function setOutputs(verdict: Verdict, exitCode: number, record: string, report: string): void {
  setOutput("verdict", exitCode === 0 ? "pass" : "fail");
  setOutput("class", verdict.class);
  setOutput("record", record);
  setOutput("report", report);
  setOutput("regressions", JSON.stringify(verdict.cells.filter((cell) => cell.class === "regression" || cell.class === "broken")));
}

/** The job summary, shortened until it fits: the limit is in bytes and a report may be full of characters of three. */
export async function writeSummary(view: View): Promise<void> {
  if (process.env["GITHUB_STEP_SUMMARY"] === undefined) return;
  const render = (limit: number): string => formatOf("markdown").render(view, { limit });
  let limit = 900_000;
  let text = render(limit);
  for (let bytes = Buffer.byteLength(text); bytes > SUMMARY_BYTES; bytes = Buffer.byteLength(text)) {
    limit = Math.floor((Math.min(limit, text.length) * SUMMARY_BYTES * 0.95) / bytes);
    text = render(limit);
  }
  await summary.addRaw(text, true).write();
}

function factsFor(verdict: Verdict, conclusion: string): Publication["facts"] {
  const counts: Record<string, number> = {};
  for (const cell of verdict.cells) counts[cell.class] = (counts[cell.class] ?? 0) + 1;
  const failing = verdict.cells.filter((cell) => cell.failure !== undefined || cell.class === "regression").slice(0, 20);
  return {
    verdict: conclusion,
    class: verdict.class,
    exitCode: verdict.exitCode,
    cells: counts,
    failing: failing.map(({ cell, class: of, failure }) => ({ cell, class: of, ...(failure === undefined ? {} : { failure }) })),
  };
}

const LOUD = new Set(["regression", "broken", "flaky", "internal-error", "config-error"]);

/** One per cell that blocks, the worst first. They hang on the configuration, the one file that names the cell. */
function annotations(verdict: Verdict, path: string): Annotation[] {
  return verdict.cells
    .filter((cell) => LOUD.has(cell.class) || cell.class === "infra" || cell.class === "inconclusive")
    .map((cell): Annotation => {
      const level = LOUD.has(cell.class) ? "failure" : "warning";
      return { path, line: 1, level, title: `${cell.class}: ${cell.cell}`, message: cell.reason };
    })
    .sort((a, b) => a.level.localeCompare(b.level))
    .slice(0, MOST_ANNOTATIONS);
}
