import type { SkippedCell } from "../model/index.ts";
import type { PlannedOutcome } from "./translate.ts";

/**
 * Cells that would start the very same process are run once. The one kept is the one of which least is known to turn out
 * otherwise; of equals, the first.
 */
export function collapse(outcomes: readonly PlannedOutcome[]): { running: readonly PlannedOutcome[]; identical: readonly SkippedCell[] } {
  const groups = Map.groupBy(outcomes, ({ planned }) => JSON.stringify([planned.launch.argv, sortedEnv(planned.launch.env)]));
  const kept = new Map([...groups.values()].map((group) => [group, group.toSorted((a, b) => a.surprises.length - b.surprises.length)[0]]));
  const running = outcomes.filter((outcome) => [...kept.values()].includes(outcome));
  const identical = [...kept].flatMap(([group, standing]) =>
    standing === undefined ? [] : group.filter((other) => other !== standing).map((other) => same(other, standing)),
  );
  return { running, identical };
}

function same(other: PlannedOutcome, standing: PlannedOutcome): SkippedCell {
  const why = other.surprises.length === 0 ? "the command line and environment are the same" : other.surprises.join("; ");
  const sameAs = standing.planned.cell.id;
  return { cell: other.planned.cell, kind: "identical", reason: `same server as ${sameAs}: ${why}`, sameAs };
}

function sortedEnv(env: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}
