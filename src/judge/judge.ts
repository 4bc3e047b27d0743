import type { Attribution, CellClass, Comparison, RunRecord, Verdict } from "../model/index.ts";
import { judgeCell, rank } from "./cell.ts";
import { untested, warnings } from "./coverage.ts";
import { exitCode } from "./exit-code.ts";
import { judgeGates } from "./gates.ts";
import { holes } from "./matrix.ts";
import { next, title } from "./next.ts";

/**
 * The verdict on a run: as bad as its worst cell, and never better than what was proved. A run without cells, or with a cell of its matrix
 * missing, is inconclusive; one that did not finish is cancelled. A run that has no baseline at all and serves everywhere passes, and says
 * what it could not test.
 */
export function judge(record: RunRecord, comparison: Comparison, attributions: readonly Attribution[]): Verdict {
  const gates = judgeGates(record, comparison);
  const cells = record.cells.map((cell) => judgeCell(record, cell, comparison, gates));
  const missing = holes(record);
  const whole: CellClass[] = [
    ...(cells.length === 0 || missing.length > 0 ? (["inconclusive"] as const) : []),
    ...(record.state === "finished" ? [] : (["cancelled"] as const)),
  ];
  const worst = [...cells.map((cell) => cell.class), ...whole].reduce<CellClass>((a, b) => (rank(b) > rank(a) ? b : a), "pass");
  return {
    class: worst,
    exitCode: exitCode(worst),
    title: title(record, worst, cells, gates),
    next: next(record, worst, cells, comparison, attributions),
    cells,
    ...(missing.length === 0 ? {} : { missing }),
    gates,
    attributions,
    untested: untested(record, comparison, gates),
    warnings: warnings(record, comparison, gates),
  };
}
