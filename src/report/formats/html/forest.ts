import type { ChangeRow } from "../../shape.ts";
import { h, type Html } from "./dom.ts";
import { circle, line, rect, short, svg, text, ticks } from "./svg.ts";

const WIDTH = 1040;
const LEFT = 330;
const RIGHT = 230;
const ROW = 38;
/** All that decided, up to 24; what did not fills up to 10, for comparison. */
const MOST = 24;
const FILL = 10;

/** Changes of gated metrics with their intervals on one scale. Better is always to the right, whatever the metric's direction. */
export function forest(rows: readonly ChangeRow[]): Html | undefined {
  const gated = rows.flatMap((row) => (row.chart?.unit === "%" && row.details.length > 0 ? [{ row, chart: row.chart }] : []));
  const drawn = gated.slice(0, Math.max(FILL, Math.min(MOST, gated.filter(({ row }) => row.notable).length)));
  if (drawn.length === 0) return undefined;
  const oriented = drawn.map(({ row, chart }) => {
    const flip = chart.better === "higher" ? 1 : -1;
    const ends = [chart.low, chart.high].filter((end) => end !== undefined).map((end) => end * flip);
    return {
      row,
      value: chart.value * flip,
      low: ends.length === 2 ? Math.min(...ends) : undefined,
      high: ends.length === 2 ? Math.max(...ends) : undefined,
      margin: chart.margin,
    };
  });
  // One wild row must not flatten the others, nor a wide margin the changes; a margin off the scale is not drawn.
  const data = Math.max(3, ...oriented.flatMap((one) => [one.value, one.low ?? 0, one.high ?? 0].map(Math.abs)));
  const reach = Math.min(
    100,
    Math.max(data, ...oriented.map((one) => (one.margin !== undefined && one.margin <= 1.5 * data ? one.margin : 0))) * 1.12,
  );
  const middle = LEFT + (WIDTH - LEFT - RIGHT) / 2;
  const x = (value: number): number => middle + (Math.max(-reach, Math.min(reach, value)) / reach) * ((WIDTH - LEFT - RIGHT) / 2);
  const bottom = 26 + oriented.length * ROW;
  const steps = ticks(reach, 3).filter((tick) => tick <= reach);
  const axis = [...new Set([...steps.map((tick) => -tick), ...steps])].flatMap((tick) => [
    line(x(tick), 22, x(tick), bottom, tick === 0 ? "zero" : "gridline"),
    text(x(tick), bottom + 15, tick === 0 ? "no change" : `${tick < 0 ? "−" : "+"}${Math.abs(tick)}%`, "soft mid"),
  ]);
  const body = oriented.map((one, i) => rowOf(one, 26 + i * ROW, x, reach));
  const ends = [text(x(-reach), 14, "← worse", "soft"), text(x(reach), 14, "better →", "soft end")];
  const told = `Changes of gated metrics, worst first: ${drawn
    .slice(0, 6)
    .map(({ row }) => `${row.cell.label}, ${row.title} ${row.workload}: ${row.change}, ${row.word}`)
    .join("; ")}`;
  const more = rows.length > drawn.length ? ` ${rows.length - drawn.length} more rows are in the table below.` : "";
  return h(
    "figure",
    {},
    svg(WIDTH, bottom + 22, told, [...body.map((row) => row.under), ...axis, ...ends, ...body.map((row) => row.over)].flat()),
    h(
      "figcaption",
      {},
      `Dot: change. Bar: 95% interval. Tinted: beyond the gate's margin. The scale ends at ${Math.round(reach)}%.${more}`,
    ),
  );
}

interface Oriented {
  readonly row: ChangeRow;
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly margin: number | undefined;
}

function rowOf(
  { row, value, low, high, margin }: Oriented,
  y: number,
  x: (value: number) => number,
  reach: number,
): { readonly under: readonly Html[]; readonly over: readonly Html[] } {
  const mid = y + ROW / 2;
  const css = row.tone;
  const shade =
    margin === undefined || margin >= reach
      ? []
      : [
          rect(
            x(-reach),
            y + 3,
            x(-margin) - x(-reach),
            ROW - 6,
            { class: "shade" },
            `beyond the margin of ${Number(margin.toPrecision(3))}%`,
          ),
        ];
  const interval =
    low === undefined || high === undefined
      ? []
      : [
          line(x(low), mid, x(high), mid, "stroke"),
          line(x(low), mid - 5, x(low), mid + 5, "stroke"),
          line(x(high), mid - 5, x(high), mid + 5, "stroke"),
        ];
  return {
    under: shade,
    over: [
      h(
        "g",
        { class: css },
        text(4, mid - 3, short(row.cell.label, LEFT - 20)),
        text(4, mid + 12, short(`${row.title}, ${row.workload}`, LEFT), "soft"),
        interval,
        circle(x(value), mid, 5.5, "fill"),
        text(WIDTH - RIGHT + 18, mid - 3, `${row.change} ${row.word}`, "toned"),
        text(WIDTH - RIGHT + 18, mid + 12, short(row.interval, RIGHT - 18), "soft"),
      ),
    ],
  };
}
