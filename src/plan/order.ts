import { axisById } from "../axes/index.ts";
import type { PlannedCell } from "../model/index.ts";

/**
 * The canary first, then matrix order. The canary has the most axes at their reference values: without graphs and custom kernels
 * it starts soonest, and when it cannot serve, no other cell's failure means anything.
 */
export function canaryFirst(cells: readonly PlannedCell[]): PlannedCell[] {
  const canary = cells.reduce<PlannedCell | undefined>(
    (best, cell) => (best === undefined || atReference(cell) > atReference(best) ? cell : best),
    undefined,
  );
  return canary === undefined ? [] : [canary, ...cells.filter((cell) => cell !== canary)];
}

function atReference({ cell }: PlannedCell): number {
  return Object.entries(cell.axes).filter(([id, value]) => axisById(id)?.reference === value).length;
}
