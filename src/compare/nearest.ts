import type { CellRecord } from "../model/index.ts";
import { quantile, sorted } from "../stats/index.ts";

/**
 * The cell with the least median distance to the others; the first of equals. `undefined` below three, for two alone cannot tell which of
 * them is the odd one. A distance that is not known counts as far.
 */
export function nearestToAll(
  cells: readonly CellRecord[],
  distance: (one: CellRecord, other: CellRecord) => number | undefined,
): CellRecord | undefined {
  if (cells.length < 3) return undefined;
  const medians = cells.map((cell) => {
    const others = cells.filter((other) => other !== cell).map((other) => distance(other, cell) ?? Number.MAX_VALUE);
    return quantile(sorted(others.map((each) => Math.min(each, Number.MAX_VALUE))), 0.5) ?? Number.MAX_VALUE;
  });
  return cells[medians.indexOf(Math.min(...medians))];
}
