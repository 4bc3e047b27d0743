import type { Curve, View } from "../../shape.ts";
import { count } from "../../words.ts";
import { h, label, section, table, type Html } from "./dom.ts";
import { dots } from "./dots.ts";
import { circle, line, path, short, svg, text, ticks } from "./svg.ts";

const MOST_PANELS = 36;
const WIDTH = 250;
const HEIGHT = 176;
const BOX = { left: 44, right: 12, top: 40, bottom: 26 };

/** Throughput over load: one small picture per cell on one scale, base and head in each; then every number. */
export function throughput({ throughput: { curves, columns, rows } }: View): Html | undefined {
  const first = curves[0];
  const picture =
    first === undefined ? undefined : curves.every((curve) => curve.points.length < 2) ? single(curves) : panels(curves, first);
  const numbers = table(
    ["cell and workload", "numbers are", ...columns.map((column) => column.title)],
    rows.slice(0, 400).map((row) => ({
      tone: row.tone,
      cells: [
        label(row.cell.label, row.workload, row.launch),
        row.validity === "valid" ? "valid" : `${row.validity}: ${row.reasons.join("; ") || "no reason was recorded"}`,
        ...row.values.map((value) => value?.text ?? "not measured"),
      ],
    })),
    columns.map((_, i) => i + 2),
  );
  const folded =
    numbers === undefined ? undefined : h("details", {}, h("summary", {}, `Every number: ${count(rows.length, "row")}`), numbers);
  return section("throughput", "How fast is it under load?", picture, folded);
}

function panels(curves: readonly Curve[], first: Curve): Html {
  const top = Math.max(...curves.flatMap((curve) => curve.points.flatMap(({ measured: m }) => [m.value, m.high ?? 0, m.base ?? 0])));
  const steps = ticks(top, 3);
  const max = steps.at(-1) ?? top;
  const shown = curves.slice(0, MOST_PANELS).map((curve) => panel(curve, steps, max > 0 ? max : 1));
  const rest = curves.length > shown.length ? ` ${count(curves.length - shown.length, "more curve")} in the table.` : "";
  return h(
    "figure",
    {},
    h(
      "div",
      { class: "key" },
      h("span", {}, h("i", { class: "line" }), "this run, with its 95% interval"),
      h("span", {}, h("i", { class: "line dash" }), "baseline"),
    ),
    h("div", { class: "panels" }, shown),
    h("figcaption", {}, `${first.title} in ${first.unit}, over requests at once. All pictures share one scale.${rest}`),
  );
}

function panel(curve: Curve, steps: readonly number[], max: number): Html {
  const x = (i: number): number =>
    BOX.left + (curve.points.length < 2 ? 0.5 : i / (curve.points.length - 1)) * (WIDTH - BOX.left - BOX.right - 16) + 8;
  const y = (value: number): number => HEIGHT - BOX.bottom - (Math.max(0, Math.min(max, value)) / max) * (HEIGHT - BOX.top - BOX.bottom);
  const grid = steps.flatMap((step) => [
    line(BOX.left, y(step), WIDTH - BOX.right, y(step), "gridline"),
    text(BOX.left - 6, y(step) + 4, compact(step), "soft end"),
  ]);
  const names = curve.points.map((point, i) => text(x(i), HEIGHT - 8, point.x, "soft mid"));
  const based = curve.points.flatMap((point, i) => (point.measured.base === undefined ? [] : [[x(i), y(point.measured.base)] as const]));
  const head = curve.points.map((point, i) => [x(i), y(point.measured.value)] as const);
  const whiskers = curve.points.flatMap(({ measured: m }, i) =>
    m.low === undefined || m.high === undefined ? [] : [line(x(i), y(m.low), x(i), y(m.high), "head")],
  );
  const last = curve.points.at(-1)?.measured;
  const note = curve.valid
    ? last === undefined
      ? ""
      : `${last.baseText === undefined ? "" : `${last.baseText} → `}${last.text}`
    : "invalid: not to be believed";
  const told = `${curve.cell.label}, ${curve.title} ${curve.workload}: ${curve.points.map((point) => `${point.x} at once ${point.measured.baseText === undefined ? "" : `${point.measured.baseText} → `}${point.measured.text}`).join("; ")}`;
  const children = [
    text(4, 14, short(curve.cell.label, WIDTH - 6)),
    h("g", { class: curve.valid ? "muted" : "bad" }, text(4, 30, short(note, WIDTH - 6), curve.valid ? "soft" : "toned")),
    ...grid,
    ...names,
    path(based, "base"),
    ...based.map(([px, py]) => circle(px, py, 3.6, "basedot")),
    path(head, "head"),
    ...whiskers,
    ...head.map(([px, py]) => circle(px, py, 4, "headdot")),
  ];
  return svg(WIDTH, HEIGHT, told, children, false);
}

function single(curves: readonly Curve[]): Html {
  const rows = curves.flatMap((curve) =>
    curve.points.map((point) => ({
      label: curve.cell.label,
      sub: `${curve.title}, ${curve.workload}`,
      measured: point.measured,
      tone: curve.tone,
      word: curve.valid ? "" : "invalid",
    })),
  );
  return dots(rows, `${curves[0]?.title ?? "Throughput"} per cell`, 0);
}

/** `0`, `500`, `7.5k`. */
function compact(value: number): string {
  if (value < 1_000) return String(Number(value.toPrecision(3)));
  return `${Number((value / 1_000).toPrecision(3))}k`;
}
