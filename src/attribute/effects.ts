import { axesText, type AxisId, type CellId, type MetricTag, type RunRecord, type ToggleEffect } from "../model/index.ts";
import { mean, meanInterval } from "../stats/index.ts";
import { apartFrom, logRatio, percent, servedCells, toldMetrics, valuesSeen, WORTH_WORDS, type ServedCell } from "./served-cells.ts";

/**
 * What each toggle does to output throughput and to every metric that is gated against the baseline, from pairs of serving cells that differ
 * in that toggle alone, as they stood in effect: the mean log ratio over all workloads, with a t interval over the pairs. An axis whose
 * values were never seen apart from another's has no pair, and the sentence says which cell would separate them. What cells in `regressed` lost
 * against the baseline is not a toggle's doing: they are left out wherever pairs without them remain.
 */
export function effects(record: RunRecord, regressed: ReadonlySet<CellId> = new Set()): ToggleEffect[] {
  const cells = servedCells(record);
  return Object.keys(record.run.axes).flatMap((axis) => {
    const [from, ...others] = valuesSeen(cells, axis, record.run.axes[axis]);
    if (from === undefined) return [];
    return others.flatMap((to) => {
      const pairs = pairsOf(cells, axis, from, to);
      if (pairs.length === 0) return [inseparable(axis, from, to, cells, record)];
      const sound = pairs.filter((pair) => !pair.some(({ id }) => regressed.has(id)));
      const taken = sound.length === 0 ? pairs : sound;
      return toldMetrics(record).flatMap((metric) => effect({ axis, from, to }, metric, taken, pairs.length - taken.length));
    });
  });
}

function pairsOf(cells: readonly ServedCell[], axis: AxisId, from: string, to: string): (readonly [ServedCell, ServedCell])[] {
  return cells
    .filter((cell) => cell.axes[axis] === from)
    .flatMap((before) =>
      cells
        .filter((after) => after.axes[axis] === to && apartFrom([axis], after) === apartFrom([axis], before))
        .slice(0, 1)
        .map((after) => [before, after] as const),
    );
}

function effect(
  { axis, from, to }: { readonly axis: AxisId; readonly from: string; readonly to: string },
  metric: MetricTag,
  pairs: readonly (readonly [ServedCell, ServedCell])[],
  leftOut: number,
): ToggleEffect[] {
  const ratios = pairs.map(([before, after]) => logRatio(before, after, metric)).filter((ratio) => ratio !== undefined);
  const value = mean(ratios);
  if (value === undefined) return [];
  const interval = meanInterval(ratios);
  const relative = Math.expm1(value);
  const bounds = interval === undefined ? {} : { low: Math.expm1(interval.low), high: Math.expm1(interval.high) };
  const clear = interval === undefined || interval.low > 0 || interval.high < 0;
  const told = clear && Math.abs(relative) >= WORTH_WORDS;
  const range =
    interval === undefined
      ? "one pair of cells, no interval"
      : `${ratios.length} pairs of cells, 95% interval ${percent(Math.expm1(interval.low))} to ${percent(Math.expm1(interval.high))}`;
  const without = leftOut === 0 ? "" : `; ${leftOut === 1 ? "a pair" : `${leftOut} pairs`} with a regressed cell left out`;
  const sentence = `${axis}=${to} instead of ${from}: ${percent(relative)} ${metric} (${range}${without})`;
  return [{ axis, from, to, metric, relative, ...bounds, pairs: ratios.length, ...(told ? { sentence } : {}) }];
}

function inseparable(axis: AxisId, from: string, to: string, cells: readonly ServedCell[], { skipped }: RunRecord): ToggleEffect {
  const wanted = cells.filter((cell) => cell.axes[axis] === from).map((cell) => axesText({ ...cell.axes, [axis]: to }));
  // One of a coupling's values brings the other with it, so there is no such server to launch.
  const never = (text: string): string | undefined =>
    skipped.find(({ cell, kind }) => (kind === "identical" || kind === "unsupported") && axesText(cell.axes) === text)?.reason;
  const possible = wanted.find((text) => never(text) === undefined);
  const why = wanted.map(never).find((reason) => reason !== undefined);
  const advice =
    possible === undefined ? `no cell of this version would tell (${why ?? "none is known"})` : `the cell ${possible} would tell`;
  const sentence = `The effect of ${axis}=${to} cannot be told from that of other toggles: no two serving cells differ in it alone; ${advice}`;
  return { axis, from, to, metric: "output_throughput", pairs: 0, sentence };
}
