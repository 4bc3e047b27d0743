import type {
  Cell,
  CellRecord,
  CheckResult,
  Diagnosis,
  FailureClass,
  LaunchRecord,
  MetricValue,
  RunHeader,
  RunRecord,
} from "../../src/model/index.ts";

/** A finished record of a real-looking run; override what the test is about. */
export function aRecord(
  over: { run?: Partial<RunHeader>; cells?: readonly CellRecord[] } & Partial<Omit<RunRecord, "run" | "cells">> = {},
): RunRecord {
  const { run, cells, ...rest } = over;
  return {
    schema: "servegate/record@1",
    run: {
      id: "run-1",
      startedAt: "2026-11-21T10:00:00.000Z",
      harness: { name: "servegate", version: "0.1.0" },
      simulated: false,
      engine: { id: "sglang", version: "0.5.18" },
      model: "Qwen/Qwen3-8B",
      axes: { "piecewise-cuda-graph": ["on", "off"] },
      gates: [
        {
          kind: "relative",
          text: "output_throughput drops no more than 3%",
          metric: "output_throughput",
          worse: "drops",
          margins: [{ value: 3, unit: "%" }],
        },
      ],
      expectedFailures: [],
      today: "2026-11-21",
      checks: ["smoke", "throughput"],
      ...run,
    },
    machine: {
      gpus: [{ name: "NVIDIA B200", uuid: "GPU-0", memoryBytes: 192e9 }],
      driver: "580.95.05",
      cpu: "Xeon",
      cores: 2,
      memoryBytes: 24e9,
      os: "Linux 6.8",
      isolation: "tracked",
    },
    state: "finished",
    finishedAt: "2026-11-21T10:30:00.000Z",
    cells: cells ?? [aCell({ "piecewise-cuda-graph": "on" }), aCell({ "piecewise-cuda-graph": "off" })],
    skipped: [],
    ...rest,
  };
}

export function cellOf(axes: Record<string, string>): Cell {
  const id = `sglang/${Object.entries(axes)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(",")}`;
  return { id, engine: "sglang", axes, fingerprint: id };
}

export function aCell(axes: Record<string, string>, ...launches: readonly Partial<LaunchRecord>[]): CellRecord {
  const given = launches.length === 0 ? [{}] : launches;
  return { cell: cellOf(axes), notes: [], launches: given.map((over, i) => aLaunch({ number: i + 1, ...over })) };
}

export function aLaunch(over: Partial<LaunchRecord> = {}): LaunchRecord {
  return {
    number: 1,
    startedAt: "2026-11-21T10:00:01.000Z",
    argv: ["python", "-m", "sglang.launch_server", "--model-path", "Qwen/Qwen3-8B", "--port", "31000"],
    env: {},
    phases: [
      { phase: "spawn", fromMs: 0, toMs: 2_000 },
      { phase: "weights", fromMs: 2_000, toMs: 60_000, line: "Load weight begin. avail mem=178.00 GB" },
      { phase: "ready", fromMs: 60_000, toMs: 61_000, line: "The server is fired up and ready to roll!" },
    ],
    resolved: [],
    checks: [smoke(), throughput([1_000])],
    outcome: { state: "measured", readyAfterMs: 61_000 },
    stop: { tookMs: 900, how: "graceful", leftovers: [] },
    log: "cells/one/1/server.log",
    ...over,
  };
}

/** A launch that died during graph capture with this class. */
export function aCrash(failure: FailureClass, over: Partial<LaunchRecord> = {}): Partial<LaunchRecord> {
  const diagnosis: Diagnosis = {
    class: failure,
    title: `The ${failure} failure`,
    rootCause: `A ${failure} fault while capturing graphs.`,
    confidence: "certain",
    phase: "graphs",
    evidence: [`RuntimeError: ${failure}`],
    remedies: [{ text: "Turn prefill graphs off", axes: { "piecewise-cuda-graph": "off" } }],
    findings: [],
    sources: ["https://github.com/sgl-project/sglang/pull/12067"],
  };
  return {
    checks: [],
    outcome: { state: "failed", failure: { kind: "exited", exitCode: 1, phase: "graphs", logTail: [`RuntimeError: ${failure}`] } },
    diagnosis,
    ...over,
  };
}

export function smoke(): CheckResult {
  return {
    id: "smoke",
    workload: "",
    status: "passed",
    message: "10 of 10",
    rows: [{ id: "health", title: "Health endpoint answers", status: "passed", detail: "200" }],
    metrics: [],
    durationMs: 800,
  };
}

/** Output throughput per concurrency 1, 16, …: one value each, with a ±1 % interval. */
export function throughput(values: readonly number[]): CheckResult {
  const metrics: MetricValue[] = values.map((value, i) => ({
    metric: "output_throughput",
    workload: `1024→1024 c=${[1, 16, 64][i] ?? 64}`,
    value,
    unit: "tokens/s",
    n: 64,
    low: value * 0.99,
    high: value * 1.01,
  }));
  return {
    id: "throughput",
    workload: "1024→1024",
    status: "passed",
    message: "all requests completed",
    rows: [],
    metrics,
    durationMs: 30_000,
    validity: { state: "valid", reasons: [] },
    work: { asked: 64, completed: 64, errors: {} },
  };
}
