import type { Timeline, View } from "../../shape.ts";
import { duration } from "../../numbers.ts";
import { count, SYMBOLS } from "../../words.ts";
import { scaleOf } from "../bars.ts";
import { folded, h, section, type Html } from "./dom.ts";
import { line, rect, short, svg, text, ticks } from "./svg.ts";

const WIDTH = 1040;
const LEFT = 280;
const RIGHT = 250;
const ROW = 30;
const MOST = 48;

/** Light enough for dark letters on them, in either scheme. */
const FILLS: Readonly<Record<string, string>> = {
  spawn: "#c3cad3",
  arguments: "#d8d0ea",
  distributed: "#b9c8f2",
  weights: "#8fb8f0",
  compile: "#f2cd94",
  "kv-cache": "#9adbd0",
  autotune: "#eab6d3",
  graphs: "#f3b190",
  "warm-up": "#dbe19b",
  http: "#b9e2aa",
  ready: "#7fd39f",
};

/** Every launch's way to readiness on one time scale, then the six signs of a healthy start. */
export function startup({ timelines, checklists }: View): Html | undefined {
  const shown = timelines.filter((one) => one.spans.length > 0).slice(0, MOST);
  return section(
    "startup",
    "How does it start?",
    shown.length === 0 ? undefined : picture(shown, timelines.length - shown.length),
    signs(checklists),
  );
}

function picture(shown: readonly Timeline[], rest: number): Html {
  const longest = scaleOf(shown) / 1_000;
  const steps = ticks(longest, 6).filter((step) => step <= longest * 1.02);
  const x = (ms: number): number => LEFT + (longest > 0 ? ms / 1_000 / longest : 0) * (WIDTH - LEFT - RIGHT);
  const bottom = 6 + shown.length * ROW;
  const axis = steps.flatMap((step) => [
    line(x(step * 1_000), 2, x(step * 1_000), bottom, "gridline"),
    text(x(step * 1_000), bottom + 16, step === 0 ? "0" : duration(step * 1_000).replace(/\.0 s$/, " s"), "soft mid"),
  ]);
  const rows = shown.map((one, i) => row(one, 6 + i * ROW, x));
  const phases = [...new Set(shown.flatMap((one) => one.spans.map((span) => span.phase)))];
  const key = phases.map((phase) => h("span", {}, h("i", { style: `background:${FILLS[phase] ?? "#ccc"}` }), phase));
  const told = `Start-up by phase: ${shown
    .slice(0, 12)
    .map((one) => `${one.cell.label} ${one.end}`)
    .join("; ")}`;
  const more = rest > 0 ? ` ${count(rest, "more launch", "more launches")} without a picture.` : "";
  return h(
    "figure",
    {},
    h("div", { class: "key" }, key),
    svg(WIDTH, bottom + 24, told, [...axis, ...rows]),
    h("figcaption", {}, `Time since the process was started, up to readiness or failure.${more}`),
  );
}

function row(one: Timeline, y: number, x: (ms: number) => number): Html {
  const launch = one.launches > 1 ? `, launch ${one.launch}` : "";
  const spans = one.spans.flatMap((span) => {
    const from = x(span.fromMs);
    const width = x(span.toMs) - from;
    const box = rect(from, y + 4, width, ROW - 9, { class: "phase", fill: FILLS[span.phase] ?? "#ccc" }, `${span.phase}: ${span.text}`);
    const name = width > span.phase.length * 6.4 + 8 ? [text(from + 5, y + ROW / 2 + 3.5, span.phase, "on")] : [];
    return [box, ...name];
  });
  const label = `${one.cell.label}${launch}`;
  return h(
    "g",
    { class: one.tone },
    text(LEFT - 10, y + ROW / 2 + 4, short(label, LEFT - 14), "end"),
    spans,
    text(x(one.endMs) + 8, y + ROW / 2 + 4, `${SYMBOLS[one.tone]} ${short(one.end, WIDTH - x(one.endMs) - 24)}`, "toned"),
  );
}

function signs(lists: View["checklists"]): Html | undefined {
  if (lists.length === 0) return undefined;
  const whole = lists.filter((one) => one.passed === one.points.length).length;
  const titles = lists[0]?.points.map((point) => point.title) ?? [];
  const rows = lists.slice(0, 200).map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, `${one.cell.label}, launch ${one.launch}`),
      one.points.map((point) =>
        h("td", { class: point.tone, title: point.detail }, h("b", { class: "marks" }, h("span", {}, point.symbol)), point.status),
      ),
    ),
  );
  const failing = lists.flatMap((one) =>
    one.points
      .filter((point) => point.status === "failed")
      .slice(0, 1)
      .map((point) => h("li", {}, h("b", {}, one.cell.label), `, ${point.title}: `, h("code", {}, point.detail))),
  );
  return folded(
    `Six signs of a healthy start: ${whole} of ${count(lists.length, "launch", "launches")} ${whole === 1 ? "shows" : "show"} all`,
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["launch", ...titles].map((title) => h("th", { scope: "col" }, title)),
          ),
        ),
        h("tbody", {}, rows),
      ),
    ),
    failing.length === 0 ? undefined : h("ul", {}, failing.slice(0, 40)),
  );
}
