import type { Measured, Tone } from "../../shape.ts";
import { h, type Html } from "./dom.ts";
import { circle, line, short, svg, text, ticks } from "./svg.ts";

const WIDTH = 1040;
const LEFT = 330;
const RIGHT = 250;
const ROW = 38;
const MOST = 40;

export interface Dot {
  readonly label: string;
  readonly sub: string;
  readonly measured: Measured;
  readonly tone: Tone;
  readonly word: string;
}

/** One value per row with its interval, the baseline as a hollow dot. The scale starts at `from`, or near the smallest value. */
export function dots(rows: readonly Dot[], title: string, from?: number): Html {
  const shown = rows.slice(0, MOST);
  const values = shown.flatMap(({ measured: m }) => [m.value, m.low ?? m.value, m.high ?? m.value, m.base ?? m.value]);
  const most = Math.max(...values);
  const least = from ?? Math.max(0, Math.min(...values) - (most - Math.min(...values)) * 0.4 - 0.5);
  const step = ticks(most > least ? most - least : 1, 4)[1] ?? 1;
  const start = Math.floor(least / step + 1e-9) * step;
  const intervals = Math.max(1, Math.ceil((most - start) / step - 1e-9));
  const steps = Array.from({ length: intervals + 1 }, (_, i) => start + i * step);
  const share = (value: number): number => Math.max(0, Math.min(1, (value - start) / (intervals * step)));
  const x = (value: number): number => LEFT + share(value) * (WIDTH - LEFT - RIGHT - 10);
  const bottom = 8 + shown.length * ROW;
  const axis = steps.flatMap((step) => [
    line(x(step), 4, x(step), bottom, "gridline"),
    text(x(step), bottom + 15, Number(step.toPrecision(6)).toLocaleString("en-US"), "soft mid"),
  ]);
  const body = shown.map((row, i) => dot(row, 8 + i * ROW, x));
  const told = `${title}: ${shown
    .slice(0, 12)
    .map((row) => `${row.label} ${row.measured.text}`)
    .join("; ")}`;
  const more = rows.length > shown.length ? ` ${rows.length - shown.length} more rows are in the table.` : "";
  return h(
    "figure",
    {},
    svg(WIDTH, bottom + 22, told, [...axis, ...body]),
    h("figcaption", {}, `${title}. Filled dot and bar: this run with its 95% interval. Hollow dot: baseline.${more}`),
  );
}

function dot({ label, sub, measured: m, tone, word }: Dot, y: number, x: (value: number) => number): Html {
  const mid = y + ROW / 2;
  return h(
    "g",
    { class: tone },
    text(4, mid - 3, short(label, LEFT - 20)),
    text(4, mid + 12, short(sub, LEFT), "soft"),
    m.low === undefined || m.high === undefined ? undefined : line(x(m.low), mid, x(m.high), mid, "stroke"),
    m.base === undefined ? undefined : circle(x(m.base), mid, 6.5, "basedot"),
    circle(x(m.value), mid, 4.5, "fill"),
    text(WIDTH - RIGHT + 18, mid - 3, short(m.text, RIGHT - 18), "toned"),
    text(WIDTH - RIGHT + 18, mid + 12, word, "soft"),
  );
}
