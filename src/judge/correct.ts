import type { GateResult, GateRow } from "../model/index.ts";
import { benjaminiHochberg } from "../stats/index.ts";

/** Rate of false regressions among those called; one side of a 95% interval. */
export const RATE = 0.025;

/** A row with how likely its loss would be if the true loss only reached the margin; absent where that is not known. */
export interface Scored extends GateRow {
  readonly p?: number;
}

/**
 * Benjamini and Hochberg's correction over every gated row of the matrix: with thirty-two rows, one in forty must not turn the run red by
 * luck. A row that fails alone and not among all is undecided, never passed. Rows without a p, such as limits, and rows that only inform
 * stay as they are.
 */
export function corrected(gates: readonly (Omit<GateResult, "rows"> & { readonly rows: readonly Scored[] })[]): GateResult[] {
  const scored = gates.flatMap((gate) => gate.rows.filter((row) => row.p !== undefined && row.advisory === undefined));
  const adjusted = new Map<GateRow, number>(benjaminiHochberg(scored.map((row) => row.p ?? 1)).map((p, i) => [scored[i] as GateRow, p]));
  return gates.map((gate) => ({ ...gate, rows: gate.rows.map((row) => plain(row, adjusted.get(row), scored.length)) }));
}

function plain({ p: _p, ...row }: Scored, adjusted: number | undefined, rows: number): GateRow {
  if (row.status !== "failed" || adjusted === undefined) return row;
  if (adjusted <= RATE) {
    const { confirm: _confirm, ...called } = row;
    return called;
  }
  return {
    ...row,
    status: "inconclusive",
    detail: `${row.detail}; beyond it alone, not among ${rows} gated rows (adjusted p ${adjusted.toPrecision(2)})`,
  };
}
