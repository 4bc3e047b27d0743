import type { Change, Comparison } from "../model/index.ts";
import { benjaminiHochberg } from "../stats/index.ts";
import { changeText } from "./relative.ts";

/** Rate of false alarms among those told of. */
const RATE = 0.05;

/**
 * Cells that lost answers to questions that the baseline had right, whatever margin the gates allow: one-sided at 5 %, for only a loss matters,
 * corrected over all cells and datasets. It is told and blocks nothing; a loss beyond a gate's margin is for the gate.
 */
export function lostAnswers({ changes }: Comparison): string[] {
  const paired = changes.flatMap((change) => (change.lossP === undefined ? [] : [{ change, p: change.lossP }]));
  const adjusted = benjaminiHochberg(paired.map(({ p }) => p));
  return paired.flatMap(({ change }, i) => ((adjusted[i] ?? 1) < RATE ? [sentence(change, adjusted[i] ?? 1)] : []));
}

function sentence(change: Change, p: number): string {
  const pairs = Math.min(change.n.base, change.n.head);
  return `${change.cell} lost answers of ${change.workload}: ${changeText(change)}; ${pairs} questions paired, one-sided p ${p.toPrecision(1)} by McNemar's mid-p test.`;
}
