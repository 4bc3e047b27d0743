import type { Comparison, RunRecord } from "../../model/index.ts";
import { titleOf, unitText } from "../numbers.ts";
import type { Curve, ThroughputTable, Tone } from "../shape.ts";
import type { Labels } from "./labels.ts";
import { changeIndex, launchText, measured, placed, type Placed } from "./measured.ts";

/** What people look at first; other metrics follow in the order in which they were recorded. */
const FIRST = ["output_throughput", "ttft_p50", "ttft_p99", "tpot_p50", "itl_p99", "request_throughput", "e2el_p50", "error_rate"];

/** Most columns a table may have and still be read. */
const MOST_COLUMNS = 6;

/** Throughput and latency per cell and workload, and the curves drawn from them. */
export function throughputTable(record: RunRecord, comparison: Comparison, names: Labels): ThroughputTable {
  const all = placed(record.cells).filter((one) => one.result.id === "throughput");
  const columns = columnsOf(all);
  const change = changeIndex(comparison);
  const rows = all.flatMap((one) => {
    const workloads = [...new Set(one.result.metrics.map((metric) => metric.workload))];
    const state = one.result.validity?.state;
    return workloads.map((workload) => ({
      cell: names.of(one.cell),
      launch: launchText(one),
      workload,
      validity: state ?? ("unknown" as const),
      reasons: one.result.validity?.reasons ?? [],
      tone: toneOf(state),
      values: columns.map(({ metric }) => {
        const value = one.result.metrics.find((candidate) => candidate.metric === metric && candidate.workload === workload);
        return value === undefined ? undefined : measured(value, state, change(one.cell, metric, workload));
      }),
    }));
  });
  return { columns, rows, curves: curves(all, comparison, names) };
}

function toneOf(state: string | undefined): Tone {
  if (state === "valid") return "good";
  return state === "invalid" ? "bad" : "warn";
}

function columnsOf(all: readonly Placed[]): ThroughputTable["columns"] {
  const units = new Map(all.flatMap((one) => one.result.metrics).map((value) => [value.metric, value.unit]));
  const rest = [...units.keys()].filter((metric) => !FIRST.includes(metric));
  return [...FIRST.filter((metric) => units.has(metric)), ...rest]
    .slice(0, MOST_COLUMNS)
    .map((metric) => ({ metric, title: titleOf(metric), unit: unitText(units.get(metric) ?? "count") }));
}

/** One curve per cell and shape of the first metric, over concurrency; the last launch is drawn when there are several. */
function curves(all: readonly Placed[], comparison: Comparison, names: Labels): readonly Curve[] {
  const metric = columnsOf(all)[0]?.metric;
  const change = changeIndex(comparison);
  const drawn = new Map<string, Curve>();
  for (const one of all) {
    const state = one.result.validity?.state;
    const values = one.result.metrics.filter((value) => value.metric === metric);
    for (const shape of new Set(values.map((value) => level(value.workload).shape))) {
      const points = values
        .filter((value) => level(value.workload).shape === shape)
        .flatMap((value) => {
          const point = measured(value, state, change(one.cell, value.metric, value.workload));
          return point === undefined ? [] : [{ x: level(value.workload).x, measured: point }];
        });
      const at = `${one.cell}\n${shape}`;
      const known = drawn.get(at);
      // Levels may be stored as one result each; a later launch replaces the points of an earlier one.
      const merged = [...(known?.points ?? []).filter((point) => !points.some((fresh) => fresh.x === point.x)), ...points];
      const first = values[0];
      if (first === undefined || merged.length === 0) continue;
      drawn.set(at, {
        cell: names.of(one.cell),
        workload: shape,
        metric: first.metric,
        title: titleOf(first.metric),
        unit: unitText(first.unit),
        valid: (known?.valid ?? true) && state !== "invalid",
        tone: toneOf(state),
        points: merged.sort((a, b) => Number(a.x) - Number(b.x)),
      });
    }
  }
  return [...drawn.values()];
}

/** `1024→1024 c=16` is the shape `1024→1024` at level 16. */
function level(workload: string): { readonly shape: string; readonly x: string } {
  const match = /^(.*?)\s*\bc=(\d+)$/.exec(workload);
  return match === null ? { shape: workload, x: "1" } : { shape: match[1] ?? "", x: match[2] ?? "" };
}
