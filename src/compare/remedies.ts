import { metricOf } from "../metrics/index.ts";
import type { CellRecord, MetricValue, RemedyTrials, RunRecord } from "../model/index.ts";
import { rows } from "./rows.ts";

const METRIC = "output_throughput";

/** What the remedy ladder found, as sentences: which remedy serves, and what it costs against the baseline's throughput of the same cell. */
export function remedyNotes(head: RunRecord, base: RunRecord | undefined): string[] {
  return (head.remedies ?? []).map((result) => {
    const { cell, found, trials } = result;
    const failed = trials.filter((trial) => trial.outcome === "failed").length;
    if (found === undefined) return `${cell} serves with none of the ${failed} remedies that were tried`;
    const before = failed === 0 ? "the first remedy tried" : `after ${failed} that did not help`;
    return `${cell} serves with ${found} (${before})${cost(result, head, base)}`;
  });
}

function cost({ cell, trials }: RemedyTrials, head: RunRecord, base: RunRecord | undefined): string {
  const served = trials.find((trial) => trial.outcome === "served")?.metrics.filter((value) => value.metric === METRIC) ?? [];
  const most = served.reduce<MetricValue | undefined>((a, b) => (a === undefined || b.value > a.value ? b : a), undefined);
  if (most === undefined) return "";
  const digits = metricOf(METRIC)?.digits ?? 1;
  const text = `${most.value.toFixed(digits)} tokens/s at ${most.workload}`;
  const fingerprint = head.cells.find((each) => each.cell.id === cell)?.cell.fingerprint;
  const before = base?.cells.find((each) => each.cell.fingerprint === fingerprint);
  const usual = before === undefined ? undefined : levelOf(before, most.workload);
  if (usual === undefined) return `, with ${text}`;
  const change = 100 * (most.value / usual - 1);
  return `, with ${text}, ${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(1)}% against the baseline of the cell as configured`;
}

function levelOf(cell: CellRecord, workload: string): number | undefined {
  const row = rows(cell.launches.filter((launch) => launch.outcome.state === "measured")).find(
    (each) => each.metric === METRIC && each.workload === workload,
  );
  const values = row?.values.map((each) => each.value.value) ?? [];
  return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
}
