import type { Event } from "../../src/model/index.ts";
import { aRecord, cellOf, smoke, throughput } from "../fakes/records.ts";

/** The stream of a whole run: one cell that is measured, one that dies while capturing graphs, one skipped. */
export function aStream(): Event[] {
  const { run, machine } = aRecord();
  const on = cellOf({ "piecewise-cuda-graph": "on" });
  const off = cellOf({ "piecewise-cuda-graph": "off" });
  const skipped = [{ cell: cellOf({ "piecewise-cuda-graph": "auto" }), kind: "excluded", reason: "excluded by the matrix" }] as const;
  const at = "2026-11-21T10:00:01.000Z";
  const started = { kind: "launch-started", at, argv: ["python"], env: { A: "1" }, launch: 1 } as const;
  return [
    { kind: "run-started", at: run.startedAt, run, machine, skipped },
    { kind: "cell-planned", cell: off, notes: [] },
    { kind: "cell-planned", cell: on, notes: ["graphs are captured for prefill too"] },
    { ...started, cell: off.id, log: "cells/off/1/server.log" },
    { kind: "phase-entered", cell: off.id, launch: 1, phase: "spawn", atMs: 0 },
    { kind: "phase-entered", cell: off.id, launch: 1, phase: "weights", atMs: 2_000, line: "Load weight begin." },
    { kind: "phase-entered", cell: off.id, launch: 1, phase: "ready", atMs: 60_000 },
    {
      kind: "effects-resolved",
      cell: off.id,
      launch: 1,
      resolved: [{ axis: "piecewise-cuda-graph", requested: "off", effect: "as-requested" }],
    },
    { kind: "phase-entered", cell: off.id, launch: 1, phase: "serving", atMs: 61_000 },
    { kind: "check-started", cell: off.id, launch: 1, check: "smoke", workload: "" },
    { kind: "check-finished", cell: off.id, launch: 1, result: smoke() },
    { kind: "progress", cell: off.id, launch: 1, text: "throughput 12 of 64" },
    { kind: "check-finished", cell: off.id, launch: 1, result: throughput([1_000]) },
    { kind: "phase-entered", cell: off.id, launch: 1, phase: "stopping", atMs: 90_000 },
    { kind: "launch-ended", cell: off.id, launch: 1, atMs: 90_000, outcome: { state: "measured", readyAfterMs: 60_000 } },
    { kind: "server-stopped", cell: off.id, launch: 1, stop: { tookMs: 900, how: "graceful", leftovers: [] } },
    { ...started, cell: on.id, log: "cells/on/1/server.log" },
    { kind: "phase-entered", cell: on.id, launch: 1, phase: "spawn", atMs: 0 },
    { kind: "phase-entered", cell: on.id, launch: 1, phase: "graphs", atMs: 50_000 },
    {
      kind: "launch-ended",
      cell: on.id,
      launch: 1,
      atMs: 55_000,
      outcome: { state: "failed", failure: { kind: "exited", exitCode: 1, phase: "graphs", logTail: ["RuntimeError"] } },
    },
    { kind: "server-stopped", cell: on.id, launch: 1, stop: { tookMs: 0, how: "already-gone", leftovers: [] } },
    { kind: "run-finished", at: "2026-11-21T10:30:00.000Z", state: "finished" },
  ];
}
