import { compare, windowOf } from "../../src/compare/index.ts";
import { suspicious } from "../../src/flow/suspicious.ts";
import { judge } from "../../src/judge/index.ts";
import type { CellRecord, CheckResult, Gate, LaunchRecord, RunRecord } from "../../src/model/index.ts";
import type { Called, Rule } from "./rules.ts";
import { CELLS, METRICS, type Launch } from "./world.ts";

const WORKLOADS = ["c=1", "c=4", "c=16", "c=64"] as const;

export interface Setting {
  readonly margin: number;
  readonly launches: number;
  readonly confirm: number;
}

/** The product's own comparison and verdict over records: base and head in turns, more launches for cells that lean to a loss. */
export function inTurns(setting: Setting): Rule {
  const { launches, confirm } = setting;
  return ({ pair }) => {
    const pairs: { base: Launch; head: Launch }[][] = Array.from({ length: CELLS }, () => []);
    const add = (cell: number): void => void pairs[cell]?.push(pair());
    for (let round = 0; round < launches; round++) for (let cell = 0; cell < CELLS; cell++) add(cell);
    const side = (which: "base" | "head"): RunRecord =>
      record(
        pairs.map((cell) => cell.map((each) => each[which])),
        which,
        setting,
      );
    for (let more = suspicious(side("head"), side("base"), launches + confirm); more.length > 0;) {
      for (const id of more) add(Number(id));
      more = suspicious(side("head"), side("base"), launches + confirm);
    }
    return verdict(side("head"), side("base"), (2 * pairs.flat().length) / CELLS, 2);
  };
}

/** Against a keyed history of main, one launch a job there. */
export function againstHistory(setting: Setting): Rule {
  const { launches, confirm } = setting;
  return ({ history, pair }) => {
    const runs = history.map((launch, day) =>
      record(
        Array.from({ length: CELLS }, () => [launch]),
        `day-${day}`,
        { ...setting, launches: 1 },
        day,
      ),
    );
    const base = windowOf(runs, { window: 10 });
    const heads: Launch[][] = Array.from({ length: CELLS }, () => []);
    const add = (cell: number): void => void heads[cell]?.push(pair().head);
    for (let round = 0; round < launches; round++) for (let cell = 0; cell < CELLS; cell++) add(cell);
    const head = (): RunRecord => record(heads, "head", setting);
    for (let more = suspicious(head(), base, launches + confirm); more.length > 0; more = suspicious(head(), base, launches + confirm)) {
      for (const id of more) add(Number(id));
    }
    return verdict(head(), base, heads.flat().length / CELLS, 1);
  };
}

function verdict(head: RunRecord, base: RunRecord, launches: number, sides: 1 | 2): Called {
  const rows = judge(head, compare(head, base), []).gates.flatMap((gate) => gate.rows);
  const red = rows.filter((row) => row.status === "failed");
  return {
    red: red.length > 0,
    found: red.some((row) => row.cell === "0" && row.workload === WORKLOADS[0]),
    inconclusive: red.length === 0 && rows.some((row) => row.status !== "passed"),
    launches,
    sides,
  };
}

function record(cells: readonly (readonly Launch[])[], id: string, { margin, launches, confirm }: Setting, day = 60): RunRecord {
  const gate: Gate = {
    kind: "relative",
    text: `output_throughput drops no more than ${margin}%`,
    metric: "output_throughput",
    worse: "drops",
    margins: [{ value: margin, unit: "%" }],
  };
  return {
    schema: "servegate/record@1",
    run: {
      id,
      startedAt: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
      harness: { name: "servegate", version: "0.0.0" },
      simulated: true,
      engine: { id: "rehearsal" },
      model: "simulated",
      axes: {},
      gates: [gate],
      expectedFailures: [],
      today: "2026-01-01",
      checks: ["throughput"],
      launches,
      confirm,
      ...(id === "base" || id === "head" ? { pair: "one job" } : {}),
    },
    machine: { gpus: [], cpu: "", cores: 1, memoryBytes: 1, os: "", isolation: "tracked" },
    state: "finished",
    cells: cells.map((each, cell): CellRecord => ({
      cell: { id: String(cell), engine: "rehearsal", axes: {}, fingerprint: String(cell) },
      notes: [],
      launches: each.map((launch, i) => launchOf(launch.slice(cell * METRICS, (cell + 1) * METRICS), i + 1)),
    })),
    skipped: [],
  };
}

function launchOf(values: readonly number[], number: number): LaunchRecord {
  const check: CheckResult = {
    id: "throughput",
    workload: "",
    status: "passed",
    message: "",
    rows: [],
    metrics: values.map((value, i) => ({
      metric: "output_throughput",
      workload: WORKLOADS[i] ?? "",
      value,
      unit: "tokens/s",
      n: 64,
      low: value * 0.997,
      high: value * 1.003,
    })),
    durationMs: 1,
  };
  return {
    number,
    startedAt: "2026-01-01T00:00:00.000Z",
    argv: [],
    env: {},
    phases: [],
    resolved: [],
    checks: [check],
    outcome: { state: "measured", readyAfterMs: 1 },
    log: "log",
  };
}
