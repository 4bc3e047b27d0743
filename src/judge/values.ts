import { objectionTo, type CellRecord, type MetricTag, type MetricValue, type RunRecord } from "../model/index.ts";

/** One metric of one workload in one cell: the values of its launches that may be believed. */
export interface Measurement {
  readonly workload: string;
  readonly values: readonly MetricValue[];
  /** Why none may be believed, when none may. */
  readonly rejected?: string;
}

/**
 * What a cell measured of a metric, one entry for each workload that any cell of the run measured it for. A workload that this cell
 * lacks has no values: the others show that it was asked for.
 */
export function measurements(record: RunRecord, cell: CellRecord, metric: MetricTag): Measurement[] {
  const workloads = new Set(record.cells.flatMap((each) => found(each, metric).map(({ value }) => value.workload)));
  const own = found(cell, metric);
  return [...workloads].map((workload) => {
    const here = own.filter(({ value }) => value.workload === workload);
    const values = here.filter(({ rejected }) => rejected === undefined).map(({ value }) => value);
    const rejected = here.find((each) => each.rejected !== undefined)?.rejected;
    return { workload, values, ...(values.length > 0 ? {} : { rejected: rejected ?? "not measured, though other cells measured it" }) };
  });
}

function found(cell: CellRecord, metric: MetricTag): { value: MetricValue; rejected: string | undefined }[] {
  const checks = cell.launches.filter((launch) => launch.outcome.state === "measured").flatMap((launch) => launch.checks);
  return checks.flatMap((check) => {
    const rejected = objectionTo(check);
    return check.metrics
      .filter((value) => value.metric === metric)
      .map((value) => ({ value, rejected: rejected ?? (Number.isFinite(value.value) ? undefined : "the value is not a number") }));
  });
}
