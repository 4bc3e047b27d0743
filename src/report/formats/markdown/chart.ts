import type { Curve, View } from "../../shape.ts";
import { fence, label, text } from "./escape.ts";

/** Most points a chart this wide can carry with readable labels. */
const MOST_POINTS = 12;

/** One picture: the cell that changed most over its load levels, base and head; every cell side by side when there is one level. */
export function chart(view: View): string {
  const curves = view.throughput.curves.filter((curve) => curve.valid);
  const worst = curves.toSorted((a, b) => fall(a) - fall(b))[0];
  if (worst === undefined) return "";
  return worst.points.length > 1 ? levels(worst) : perCell(curves.slice(0, MOST_POINTS));
}

/** Head over base at the level where it fell most; 1 without a baseline. */
function fall(curve: Curve): number {
  return Math.min(1, ...curve.points.map(({ measured: { value, base } }) => (base === undefined || base <= 0 ? 1 : value / base)));
}

function levels(curve: Curve): string {
  const points = curve.points.slice(0, MOST_POINTS);
  const based = points.every((point) => point.measured.base !== undefined);
  const chart = xychart(
    `${curve.title}, ${curve.cell.label}`,
    "requests at once",
    points.map((point) => point.x),
    `${curve.title} in ${curve.unit}`,
    points.map((point) => point.measured.value),
    based ? points.map((point) => point.measured.base ?? 0) : [],
  );
  const change = points.map(
    (point) => `${point.x} at once ${point.measured.baseText === undefined ? "" : `${point.measured.baseText} → `}${point.measured.text}`,
  );
  return `${chart}\n\n<sub>${key(based)} ${text(`${curve.workload}: ${change.join("; ")}.`)}</sub>`;
}

function perCell(curves: readonly Curve[]): string {
  const points = curves.flatMap((curve) => curve.points.slice(0, 1).map((point) => ({ curve, measured: point.measured })));
  const based = points.every((point) => point.measured.base !== undefined);
  const first = points[0];
  if (first === undefined) return "";
  const chart = xychart(
    `${first.curve.title} per cell`,
    "cell",
    points.map((_, i) => String(i + 1)),
    `${first.curve.title} in ${first.curve.unit}`,
    points.map((point) => point.measured.value),
    based ? points.map((point) => point.measured.base ?? 0) : [],
  );
  const names = points.map((point, i) => `${i + 1} is ${point.curve.cell.label} (${point.measured.text})`);
  return `${chart}\n\n<sub>${key(based)} ${text(`${names.join("; ")}.`)}</sub>`;
}

function key(based: boolean): string {
  return based ? "Bars: baseline. Line: this run." : "Bars: this run; there is no baseline for all of these points.";
}

function xychart(title: string, x: string, names: readonly string[], y: string, head: readonly number[], base: readonly number[]): string {
  const top = Math.max(...head, ...base) * 1.1;
  const series = (values: readonly number[]): string => `[${values.map((value) => value.toFixed(2)).join(", ")}]`;
  const lines = [
    // Grey bars and a blue line keep their contrast on a light and on a dark page.
    '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#b9c2cc, #1f6feb"}}}}%%',
    "xychart-beta",
    `  title "${label(title)}"`,
    `  x-axis "${label(x)}" [${names.map((name) => `"${label(name)}"`).join(", ")}]`,
    `  y-axis "${label(y)}" 0 --> ${(top > 0 ? top : 1).toFixed(2)}`,
    ...(base.length > 0 ? [`  bar ${series(base)}`, `  line ${series(head)}`] : [`  bar ${series(head)}`]),
  ];
  return fence(lines, "mermaid");
}
