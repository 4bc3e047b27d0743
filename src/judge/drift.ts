import type { Comparison, DriftRow, RunRecord } from "../model/index.ts";
import { signedPercent } from "./words.ts";

/**
 * Gated numbers that have drifted further than the gate's margin from the best of 30 days or from the anchor, as sentences. A drift is no
 * regression of this change, so it does not block; it is how many small losses become visible.
 */
export function drifted(record: RunRecord, { drift }: Comparison): string[] {
  return (drift ?? []).flatMap((row) => {
    const margin = marginOf(record, row);
    if (margin === undefined || loss(row) <= margin) return [];
    return [
      `Slow drift: ${row.metric} of ${row.cell} ${row.workload} stands ${signedPercent(row.relative)} from the ${row.against} ` +
        `(run ${row.run} of ${row.at.slice(0, 10)}), beyond the margin of ${100 * margin}%.`,
    ];
  });
}

function loss({ relative, better }: DriftRow): number {
  return better === "higher" ? -relative : relative;
}

/** The widest relative margin of the gates on this metric, as a share. */
function marginOf(record: RunRecord, { metric }: DriftRow): number | undefined {
  const margins = record.run.gates.flatMap((gate) =>
    gate.kind === "relative" && gate.metric === metric ? gate.margins.filter((margin) => margin.unit === "%") : [],
  );
  return margins.length === 0 ? undefined : Math.max(...margins.map((margin) => margin.value)) / 100;
}
