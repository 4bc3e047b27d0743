import type { AxisId, MetricTag, RunRecord, ToggleInteraction } from "../model/index.ts";
import { mean, meanInterval } from "../stats/index.ts";
import { apartFrom, logRatio, percent, servedCells, toldMetrics, valuesSeen, WORTH_WORDS, type ServedCell } from "./served-cells.ts";

/** The chance that any interaction of a run is told in words though there is none: the intervals are widened to their number (Bonferroni). */
const ERROR = 0.05;

interface Step {
  readonly axis: AxisId;
  readonly from: string;
  readonly to: string;
}

interface Found {
  readonly of: readonly [Step, Step];
  readonly metric: MetricTag;
  /** ln of the ratio of ratios, one for each square of cells. */
  readonly logs: readonly number[];
}

/**
 * What two toggles do together beyond what each does alone, for every pair of toggles and every metric that `effects` tells: the ratio of
 * the two ratios, from squares of four serving cells that differ in those two toggles alone. Where the two multiply it is 1. Pairs of which
 * no square served are left out. Words are spent only where at least two squares agree, with intervals that hold for all pairs at once.
 */
export function interactions(record: RunRecord): ToggleInteraction[] {
  const cells = servedCells(record);
  const steps = Object.keys(record.run.axes).map((axis) => {
    const [from, ...others] = valuesSeen(cells, axis, record.run.axes[axis]);
    return others.map((to): Step => ({ axis, from: from ?? to, to }));
  });
  const found = steps.flatMap((of, i) =>
    of.flatMap((first) =>
      steps
        .slice(i + 1)
        .flat()
        .flatMap((second) => together(cells, [first, second], toldMetrics(record))),
    ),
  );
  const testable = found.filter(({ logs }) => logs.length > 1).length;
  return found.map((each) => interaction(each, 1 - ERROR / Math.max(1, testable)));
}

function together(cells: readonly ServedCell[], of: readonly [Step, Step], metrics: readonly MetricTag[]): Found[] {
  const [a, b] = of;
  const squares = cells
    .filter(({ axes }) => axes[a.axis] === a.from && axes[b.axis] === b.from)
    .flatMap((neither) => {
      const at = (first: string, second: string): ServedCell | undefined =>
        cells.find(
          (cell) =>
            cell.axes[a.axis] === first &&
            cell.axes[b.axis] === second &&
            apartFrom([a.axis, b.axis], cell) === apartFrom([a.axis, b.axis], neither),
        );
      const [first, second, both] = [at(a.to, b.from), at(a.from, b.to), at(a.to, b.to)];
      return first === undefined || second === undefined || both === undefined ? [] : [{ neither, first, second, both }];
    });
  return metrics.flatMap((metric) => {
    const logs = squares.flatMap(({ neither, first, second, both }) => {
      const [alone, joined] = [logRatio(neither, first, metric), logRatio(second, both, metric)];
      return alone === undefined || joined === undefined ? [] : [joined - alone];
    });
    return logs.length === 0 ? [] : [{ of, metric, logs }];
  });
}

function interaction({ of, metric, logs }: Found, confidence: number): ToggleInteraction {
  const relative = Math.expm1(mean(logs) ?? 0);
  const interval = meanInterval(logs, confidence);
  const known = { of, metric, relative, squares: logs.length };
  if (interval === undefined) return known;
  const [low, high] = [Math.expm1(interval.low), Math.expm1(interval.high)];
  const told = (low > 0 || high < 0) && Math.abs(relative) >= WORTH_WORDS;
  if (!told) return { ...known, low, high };
  const [a, b] = of.map(({ axis, to }) => `${axis}=${to}`);
  const sentence = `${a ?? ""} and ${b ?? ""} together: ${percent(relative)} ${metric} beyond what each does alone (${logs.length} squares of cells, interval ${percent(low)} to ${percent(high)}, which holds for all pairs of toggles at once with 95%)`;
  return { ...known, low, high, sentence };
}
