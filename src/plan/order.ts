import { axisById } from "../axes/index.ts";
import type { ExpectedFailure, PlannedCell } from "../model/index.ts";

/**
 * The canary first, then matrix order with the cells that are expected to fail at the end: their launch informs and seldom decides, and
 * when time or the budget ends they are the ones to miss. The canary has the most axes at their reference values: without graphs and
 * custom kernels it starts soonest, and when it cannot serve, no other cell's failure means anything.
 */
export function canaryFirst(cells: readonly PlannedCell[], expected: readonly ExpectedFailure[]): PlannedCell[] {
  const informs = ({ cell }: PlannedCell): boolean =>
    expected.some(({ when }) => Object.entries(when).every(([axis, value]) => cell.axes[axis] === value));
  const deciding = [...cells.filter((cell) => !informs(cell)), ...cells.filter(informs)];
  const canary = deciding.reduce<PlannedCell | undefined>(
    (best, cell) => (best === undefined || (atReference(cell) > atReference(best) && !informs(cell)) ? cell : best),
    undefined,
  );
  return canary === undefined ? [] : [canary, ...deciding.filter((cell) => cell !== canary)];
}

function atReference({ cell }: PlannedCell): number {
  return Object.entries(cell.axes).filter(([id, value]) => axisById(id)?.reference === value).length;
}
