import { metricOf } from "../metrics/index.ts";
import { faultOf, type CellRecord, type HistoryFacts, type LaunchRecord, type MarkRow, type RunRecord } from "../model/index.ts";
import { mean, quantile, sorted } from "../stats/index.ts";
import { noiseOf, shifts, type Series } from "./noise.ts";
import { rows } from "./rows.ts";
import { unknownsOf } from "./unknowns.ts";

const DAY_MS = 86_400_000;
/** Runs whose median is one level of the best of 30 days: the best single run would be the luckiest. */
const RUNS_PER_LEVEL = 3;

/**
 * One baseline out of many runs of the base branch, any order: the last `window` launches that served of every cell, and what the whole
 * history knows of their noise. A cell that failed in the newest run that has it stands as it failed there. Throws on no records.
 */
export function windowOf(
  records: readonly RunRecord[],
  { window, anchor }: { readonly window: number; readonly anchor?: RunRecord },
): RunRecord {
  const runs = records.toSorted((a, b) => (a.run.startedAt < b.run.startedAt ? -1 : a.run.startedAt > b.run.startedAt ? 1 : 0));
  const [oldest, newest] = [runs[0], runs.at(-1)];
  if (oldest === undefined || newest === undefined) throw new RangeError("a history without records has no window");
  const fingerprints = [...new Set(runs.toReversed().flatMap((run) => run.cells.map((cell) => cell.cell.fingerprint)))];
  const windows = fingerprints.map((fingerprint) => cellWindow(runs, fingerprint, window));
  const series = fingerprints.flatMap((fingerprint) => seriesOf(runs, fingerprint));
  const unknowns = unknownsOf(runs);
  const history: HistoryFacts = {
    runs: runs.length,
    from: oldest.run.startedAt,
    to: newest.run.startedAt,
    noise: noiseOf(series, new Map(windows.map((each) => [each.cell.cell.fingerprint, each.window]))),
    served: Object.fromEntries(fingerprints.map((fingerprint) => [fingerprint, runs.filter((run) => servedIn(run, fingerprint)).length])),
    marks: [...bestOf30Days(series, newest.run.startedAt), ...(anchor === undefined ? [] : anchorMarks(anchor))],
    ...(unknowns.length === 0 ? {} : { unknowns }),
    notes: shifts(series),
  };
  return { ...newest, cells: windows.map((each) => each.cell), history };
}

interface CellWindow {
  readonly cell: CellRecord;
  readonly window: { readonly runs: number; readonly launches: number };
}

function cellWindow(runs: readonly RunRecord[], fingerprint: string, length: number): CellWindow {
  const seen = runs.flatMap((run) => run.cells.filter((cell) => cell.cell.fingerprint === fingerprint && cell.launches.length > 0));
  const newest = seen.at(-1) ?? runs.flatMap((run) => run.cells).find((cell) => cell.cell.fingerprint === fingerprint);
  if (newest === undefined) throw new Error(`no run has the cell ${fingerprint}`);
  if (!newest.launches.some(good)) return { cell: newest, window: { runs: 0, launches: 0 } };
  const launches = seen.flatMap((cell, run) => cell.launches.filter(good).map((launch) => ({ run, launch }))).slice(-length);
  return {
    cell: { ...newest, launches: launches.map(({ launch }, i) => ({ ...launch, number: i + 1 })) },
    window: { runs: new Set(launches.map(({ run }) => run)).size, launches: launches.length },
  };
}

function servedIn(run: RunRecord, fingerprint: string): boolean {
  return run.cells.some((cell) => cell.cell.fingerprint === fingerprint && cell.launches.some(good));
}

function good(launch: LaunchRecord): boolean {
  return launch.outcome.state === "measured" && faultOf(launch) === undefined;
}

/** Every positive number of a cell, run by run. */
function seriesOf(runs: readonly RunRecord[], fingerprint: string): Series[] {
  const found = new Map<string, { series: Omit<Series, "runs">; runs: Series["runs"][number][] }>();
  for (const record of runs) {
    for (const cell of record.cells.filter((each) => each.cell.fingerprint === fingerprint)) {
      for (const { key, metric, workload, values } of rows(cell.launches.filter(good))) {
        const given = values.map((each) => each.value.value).filter((value) => value > 0);
        if (given.length === 0 || given.length < values.length) continue;
        const entry = found.get(key) ?? { series: { fingerprint, cell: cell.cell.id, metric, workload }, runs: [] };
        found.set(key, entry);
        entry.runs.push({ run: record.run.id, at: record.run.startedAt, logs: given.map(Math.log) });
      }
    }
  }
  return [...found.values()].map(({ series, runs: each }) => ({ ...series, runs: each }));
}

function bestOf30Days(series: readonly Series[], newest: string): MarkRow[] {
  const since = Date.parse(newest) - 30 * DAY_MS;
  return series.flatMap(({ fingerprint, metric, workload, runs }) => {
    const recent = runs.filter((run) => Date.parse(run.at) >= since);
    const better = metricOf(metric)?.better;
    const levels = recent.slice(RUNS_PER_LEVEL - 1).map((run, i) => {
      const three = recent.slice(i, i + RUNS_PER_LEVEL).map((each) => mean(each.logs) ?? 0);
      return { run: run.run, at: run.at, value: Math.exp(quantile(sorted(three), 0.5) ?? 0) };
    });
    const [first, ...rest] = levels;
    if (first === undefined || better === undefined) return [];
    const best = rest.reduce((a, b) => ((better === "higher" ? b.value > a.value : b.value < a.value) ? b : a), first);
    return [{ fingerprint, metric, workload, against: "best of 30 days" as const, ...best }];
  });
}

function anchorMarks(anchor: RunRecord): MarkRow[] {
  const { id: run, startedAt: at } = anchor.run;
  return anchor.cells
    .flatMap((cell) => seriesOf([anchor], cell.cell.fingerprint))
    .map(({ fingerprint, metric, workload, runs }) => {
      const value = Math.exp(mean(runs.flatMap((each) => each.logs)) ?? 0);
      return { fingerprint, metric, workload, against: "anchor" as const, value, run, at };
    });
}
