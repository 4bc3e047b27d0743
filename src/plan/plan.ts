import type { Help, Site } from "../engines/index.ts";
import { engineFor, rehearsedVersion } from "../engines/index.ts";
import type { Config, Plan, Problem, SkippedCell } from "../model/index.ts";
import { afford, gpusOf } from "./budget.ts";
import { collapse } from "./collapse.ts";
import { clashes } from "./clashes.ts";
import { estimate } from "./estimate.ts";
import { expand } from "./expand.ts";
import { isVersion, launchProblems } from "./launch-problems.ts";
import { mistakes } from "./mistakes.ts";
import { canaryFirst } from "./order.ts";
import { translate } from "./translate.ts";

/** What is known of the place where the plan will run. */
export interface Knowledge {
  /** As asked from the installed engine; the configured version wins. */
  readonly engineVersion?: string;
  /** What the installed engine takes, where it was asked. */
  readonly help?: Help;
  readonly site: Site;
}

/**
 * Everything decided before the first process starts: which cells run, in which order, with which argv, and which do not and
 * why. Pure: the same configuration and knowledge give the same plan. Problems are what the user must fix first.
 */
export function plan(config: Config, knowledge: Knowledge): Plan {
  const version = versionFor(config, knowledge);
  const expanded = expand(config);
  const problems: Problem[] = [...launchProblems(config), ...expanded.problems, ...clashes(config, expanded.cells)];
  const known = new Set(problems.map(({ path }) => path));
  problems.push(...mistakes(config, version, knowledge.help).filter(({ path }) => !known.has(path)));
  // Without a scenario or a program there is no argv to show.
  const launchable = config.launch.url !== undefined || canLaunch(config);
  const outcomes = launchable ? expanded.cells.map((cell) => translate(cell, config, knowledge.site, version, knowledge.help)) : [];
  const { running, identical } = collapse(outcomes.flatMap((outcome) => (outcome.kind === "planned" ? [outcome] : [])));
  const skipped: SkippedCell[] = [
    ...expanded.excluded,
    ...outcomes.flatMap((outcome) => (outcome.kind === "skipped" ? [outcome.skipped] : [])),
    ...identical,
  ];
  const afforded = afford(
    canaryFirst(
      running.map((outcome) => outcome.planned),
      config.expectedFailures,
    ),
    config,
  );
  const { cells } = afforded;
  skipped.push(...afforded.cut);
  if (launchable && cells.length === 0) problems.push(nothingLeft(skipped));
  return {
    ...(version === undefined ? {} : { engineVersion: version }),
    cells,
    skipped,
    estimateMs: estimate(config, cells.length),
    gpus: gpusOf(config),
    problems,
  };
}

function versionFor(config: Config, knowledge: Knowledge): string | undefined {
  const asked = knowledge.engineVersion !== undefined && isVersion(knowledge.engineVersion) ? knowledge.engineVersion : undefined;
  const rehearsed =
    config.engine === "rehearsal" && config.rehearsal !== undefined ? rehearsedVersion[config.rehearsal.dialect] : undefined;
  const configured = config.engineVersion !== undefined && isVersion(config.engineVersion) ? config.engineVersion : undefined;
  return configured ?? asked ?? rehearsed;
}

function canLaunch(config: Config): boolean {
  if (config.engine === "rehearsal") return config.rehearsal !== undefined;
  return engineFor(config.engine).id !== "command" || (config.launch.command ?? []).length > 0;
}

function nothingLeft(skipped: readonly SkippedCell[]): Problem {
  const reasons = [...new Set(skipped.map((cell) => cell.reason))];
  return {
    path: "matrix",
    message: `no cell is left to run: ${reasons.length === 0 ? "the matrix is empty" : reasons.slice(0, 3).join("; ")}`,
    hint: "Change the values, the exclusions or engine-version so that at least one cell can run.",
  };
}
