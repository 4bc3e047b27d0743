import type { Change, DriftRow, HistoryFacts, MetricTag } from "../model/index.ts";

/** A run's numbers against the older levels of the history: many small losses, each within its margin, add up here. */
export function drift(changes: readonly Change[], fingerprint: string, history: HistoryFacts | undefined): DriftRow[] {
  return changes.flatMap((change) =>
    (history?.marks ?? [])
      .filter((mark) => mark.fingerprint === fingerprint && sameNumber(mark, change) && mark.value > 0)
      .map(({ against, value, run, at }) => ({
        cell: change.cell,
        metric: change.metric,
        workload: change.workload,
        against,
        mark: value,
        head: change.head,
        relative: change.head / value - 1,
        better: change.better,
        run,
        at,
      })),
  );
}

interface Tagged {
  readonly metric: MetricTag;
  readonly workload: string;
}

export function sameNumber(a: Tagged, b: Tagged): boolean {
  return a.metric === b.metric && a.workload === b.workload;
}
