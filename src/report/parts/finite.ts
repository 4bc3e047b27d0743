import type { Change, Comparison } from "../../model/index.ts";

const OPTIONAL = new Set(["relative", "relativeLow", "relativeHigh", "differenceLow", "differenceHigh"]);

/** The same comparison without optional numbers that are none, and without changes that lack a side: what was not measured is absent. */
export function finiteChanges(comparison: Comparison): Comparison {
  const whole = comparison.changes.filter(({ base, head }) => Number.isFinite(base) && Number.isFinite(head));
  return { ...comparison, changes: whole.map(finite) };
}

function finite(change: Change): Change {
  const known = Object.entries(change).filter(([name, value]) => !OPTIONAL.has(name) || Number.isFinite(value));
  return Object.fromEntries(known) as unknown as Change;
}
