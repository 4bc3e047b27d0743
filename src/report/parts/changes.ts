import type { Change, Comparison, Gate, GateRow, RunRecord, Validity, Verdict } from "../../model/index.ts";
import { beforeAfter, difference, inPoints, percent, titleOf, whole } from "../numbers.ts";
import type { ChangeRow, ChangeTable, ChangeWord, Tone } from "../shape.ts";
import { count, list, SYMBOLS } from "../words.ts";
import { baselineText, sentence } from "./facts.ts";
import type { Labels } from "./labels.ts";
import { key, marked, placed, validityIndex } from "./measured.ts";

interface Gated {
  readonly gate: Gate | undefined;
  readonly row: GateRow;
}

const TONES: Readonly<Record<ChangeWord, Tone>> = {
  regression: "bad",
  inconclusive: "muted",
  "worse, not gated": "warn",
  better: "good",
  "within margin": "good",
  "not gated": "muted",
  "not tested": "muted",
};
const ORDER = Object.keys(TONES) as readonly ChangeWord[];

/** Every number that has a before and an after, deciding rows first; failed limits against a constant stand among them. */
export function changeTable(record: RunRecord, comparison: Comparison, verdict: Verdict, names: Labels): ChangeTable {
  const gated = gateIndex(record, verdict);
  const validity = validityIndex(placed(record.cells));
  const rows = comparison.changes.map((change) => {
    const of = gated.get(key(change.cell, change.metric, change.workload)) ?? [];
    return rowOf(change, of, validity(change.cell, change.metric, change.workload)?.state, names);
  });
  const limits = limitRows(record, comparison, gated, names);
  const kinds = [...new Set(rows.map((row) => row.certainty))];
  return {
    rows: [...rows, ...limits].sort((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word) || size(b) - size(a)),
    certainty: kinds.length === 0 ? "" : `Intervals: ${kinds.join("; or ")}.`,
    rule: "A row is a regression when its gate's margin is exceeded by more than the uncertainty; inconclusive when the interval straddles the margin.",
    baseline: sentence(
      comparison.baseline.state === "found" ? `Baseline: ${baselineText(record, comparison)}` : baselineText(record, comparison),
    ),
    notes: membership(comparison, names),
  };
}

function gateIndex(record: RunRecord, verdict: Verdict): ReadonlyMap<string, readonly Gated[]> {
  const index = new Map<string, Gated[]>();
  const gates = new Map(record.run.gates.map((gate) => [gate.text, gate]));
  for (const result of verdict.gates) {
    const gate = gates.get(result.text);
    for (const row of result.rows) {
      const metric = row.change?.metric ?? gate?.metric;
      // A row that only informs decides nothing about the change.
      if (metric === undefined || row.advisory !== undefined) continue;
      const at = key(row.cell, metric, row.workload);
      index.set(at, [...(index.get(at) ?? []), { gate, row }]);
    }
  }
  return index;
}

function rowOf(change: Change, gated: readonly Gated[], state: Validity["state"] | undefined, names: Labels): ChangeRow {
  const word = wordOf(change, gated);
  const chart = chartOf(change, gated);
  return {
    cell: names.of(change.cell),
    metric: change.metric,
    title: titleOf(change.metric),
    workload: change.workload,
    values: marked(beforeAfter(change.metric, change.base, change.head, change.unit), state),
    change: changeText(change),
    interval: intervalText(change),
    certainty: certaintyText(change),
    n: `${whole(change.n.base)} → ${whole(change.n.head)}`,
    word,
    tone: TONES[word],
    symbol: SYMBOLS[TONES[word]],
    notable: gated.length > 0 && word !== "within margin" && word !== "not tested",
    details: gated.map(({ row }) => row.detail),
    ...(chart === undefined ? {} : { chart }),
  };
}

function wordOf(change: Change, gated: readonly Gated[]): ChangeWord {
  const states = new Set(gated.map(({ row }) => row.status));
  if (states.has("failed")) return "regression";
  if (states.has("inconclusive")) return "inconclusive";
  const side = sureSide(change);
  if (side === "better") return "better";
  if (states.has("passed")) return "within margin";
  if (states.has("not-tested")) return "not tested";
  return side === "worse" ? "worse, not gated" : "not gated";
}

/** On which side of zero the whole interval lies; a change without an interval is on neither. */
function sureSide(change: Change): "better" | "worse" | "neither" {
  const low = change.relativeLow ?? change.differenceLow;
  const high = change.relativeHigh ?? change.differenceHigh;
  // Noise between launches is not in an interval from one launch, so such an interval proves nothing by itself.
  if (low === undefined || high === undefined || change.certainty === "within-launch" || change.certainty === "none") return "neither";
  if (low > 0) return change.better === "higher" ? "better" : "worse";
  if (high < 0) return change.better === "higher" ? "worse" : "better";
  return "neither";
}

export function changeText(change: Change): string {
  if (inPoints(change.unit) || change.relative === undefined) return difference(change.metric, change.difference, change.unit);
  return percent(change.relative);
}

export function intervalText(change: Change): string {
  const { relativeLow, relativeHigh, differenceLow, differenceHigh } = change;
  if (!inPoints(change.unit) && relativeLow !== undefined && relativeHigh !== undefined) {
    return `${percent(relativeLow)} to ${percent(relativeHigh)}`;
  }
  if (differenceLow !== undefined && differenceHigh !== undefined) {
    const low = difference(change.metric, differenceLow, change.unit);
    const high = difference(change.metric, differenceHigh, change.unit);
    // The unit is said once: `−1.0 to +0.2 points`.
    return `${low.split(" ")[0] ?? low} to ${high}`;
  }
  return "no interval";
}

/** Where the interval comes from, so that it is not believed for more than it says. */
export function certaintyText(change: Change): string {
  switch (change.certainty) {
    case "launches":
      return `from ${change.launches.base} → ${count(change.launches.head, "launch", "launches")}`;
    case "within-launch":
      return "within one launch each; noise between launches is not in it";
    case "paired-questions":
      return "paired per question";
    case "none":
      return "one number on each side";
    default:
      return change.certainty satisfies never;
  }
}

function chartOf(change: Change, gated: readonly Gated[]): ChangeRow["chart"] {
  const points = inPoints(change.unit);
  const value = points ? change.difference : (change.relative ?? Number.NaN) * 100;
  if (!Number.isFinite(value)) return undefined;
  const low = points ? change.differenceLow : change.relativeLow;
  const high = points ? change.differenceHigh : change.relativeHigh;
  const scale = points ? 1 : 100;
  const unit = points ? "points" : "%";
  const margin = gated.map(({ gate }) => marginOf(change, gate, points)).find((one) => one !== undefined);
  const known = low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high);
  return {
    unit,
    value,
    ...(known ? { low: low * scale, high: high * scale } : {}),
    better: change.better,
    ...(margin === undefined ? {} : { margin }),
  };
}

/** A gate's margin in the chart's unit. All amounts of a gate must be exceeded, so the widest one counts; a ms on a base of 100 ms is 1 %. */
function marginOf(change: Change, gate: Gate | undefined, points: boolean): number | undefined {
  if (gate?.kind !== "relative") return undefined;
  const amounts = gate.margins.map((amount) => {
    if (points) return amount.unit === "points" ? amount.value : Number.NaN;
    if (amount.unit === "%") return amount.value;
    return amount.unit === change.unit && change.base > 0 ? (amount.value / change.base) * 100 : Number.NaN;
  });
  const widest = Math.max(...amounts);
  return widest > 0 && Number.isFinite(widest) ? widest : undefined;
}

/** Gate rows without a before: a limit that failed or could not be decided. */
function limitRows(
  record: RunRecord,
  comparison: Comparison,
  gated: ReadonlyMap<string, readonly Gated[]>,
  names: Labels,
): readonly ChangeRow[] {
  const compared = new Set(comparison.changes.map((change) => key(change.cell, change.metric, change.workload)));
  const all = [...gated].filter(([at]) => !compared.has(at)).flatMap(([, rows]) => rows);
  return all
    .filter(({ gate, row }) => gate?.kind === "limit" && (row.status === "failed" || row.status === "inconclusive"))
    .map(({ gate, row }) => {
      const word: ChangeWord = row.status === "failed" ? "regression" : "inconclusive";
      const metric = gate?.metric ?? "";
      return {
        cell: names.of(row.cell),
        metric,
        title: titleOf(metric),
        workload: row.workload,
        values: row.detail,
        change: "against a constant",
        interval: "no interval",
        certainty: `gate: ${gate?.text ?? record.run.id}`,
        n: "one side",
        word,
        tone: TONES[word],
        symbol: SYMBOLS[TONES[word]],
        notable: true,
        details: [row.detail],
      };
    });
}

function membership(comparison: Comparison, names: Labels): readonly string[] {
  const told = (cells: readonly string[]): string =>
    cells.length > 6 ? count(cells.length, "cell") : list(cells.map((cell) => names.of(cell).label));
  return [
    ...(comparison.newCells.length === 0
      ? []
      : [`No baseline for ${comparison.newCells.length === 1 ? "this cell" : "these cells"} yet: ${told(comparison.newCells)}.`]),
    ...(comparison.missingCells.length === 0 ? [] : [`In the baseline and missing from this run: ${told(comparison.missingCells)}.`]),
  ];
}

/** In tenths, so that equal-looking rows keep the order of the matrix. */
function size(row: ChangeRow): number {
  return Math.round(Math.abs(row.chart?.value ?? 0) * 10);
}
