import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event, LaunchRecord } from "../../src/model/index.ts";
import { fold, parseRecord } from "../../src/record/index.ts";
import { aStream } from "./events.ts";

const after = (kind: Event["kind"], nth = 0): Event[] => {
  const events = aStream();
  const places = events.flatMap((event, i) => (event.kind === kind ? [i] : []));
  return events.slice(0, (places[nth] ?? Number.NaN) + 1);
};

describe("folding events", () => {
  it("gives no record before the run has started", () => {
    expect(fold([])).toBeUndefined();
    expect(fold(aStream().slice(1))).toBeUndefined();
  });

  it("gives the whole record of a finished run", () => {
    const record = fold(aStream());
    expect(record).toMatchObject({ state: "finished", finishedAt: "2026-11-21T10:30:00.000Z" });
    expect(record?.skipped.map((skipped) => skipped.reason)).toEqual(["excluded by the matrix"]);
    const [off, on] = record?.cells ?? [];
    expect(off?.launches).toMatchInlineSnapshot(`
      [
        {
          "argv": [
            "python",
          ],
          "checks": [
            {
              "durationMs": 800,
              "id": "smoke",
              "message": "10 of 10",
              "metrics": [],
              "rows": [
                {
                  "detail": "200",
                  "id": "health",
                  "status": "passed",
                  "title": "Health endpoint answers",
                },
              ],
              "status": "passed",
              "workload": "",
            },
            {
              "durationMs": 30000,
              "id": "throughput",
              "message": "all requests completed",
              "metrics": [
                {
                  "high": 1010,
                  "low": 990,
                  "metric": "output_throughput",
                  "n": 64,
                  "unit": "tokens/s",
                  "value": 1000,
                  "workload": "1024→1024 c=1",
                },
              ],
              "rows": [],
              "status": "passed",
              "validity": {
                "reasons": [],
                "state": "valid",
              },
              "work": {
                "asked": 64,
                "completed": 64,
                "errors": {},
              },
              "workload": "1024→1024",
            },
          ],
          "env": {
            "A": "1",
          },
          "log": "cells/off/1/server.log",
          "number": 1,
          "outcome": {
            "readyAfterMs": 60000,
            "state": "measured",
          },
          "phases": [
            {
              "fromMs": 0,
              "phase": "spawn",
              "toMs": 2000,
            },
            {
              "fromMs": 2000,
              "line": "Load weight begin.",
              "phase": "weights",
              "toMs": 60000,
            },
            {
              "fromMs": 60000,
              "phase": "ready",
              "toMs": 61000,
            },
            {
              "fromMs": 61000,
              "phase": "serving",
              "toMs": 90000,
            },
            {
              "fromMs": 90000,
              "phase": "stopping",
              "toMs": 90900,
            },
          ],
          "resolved": [
            {
              "axis": "piecewise-cuda-graph",
              "effect": "as-requested",
              "requested": "off",
            },
          ],
          "startedAt": "2026-11-21T10:00:01.000Z",
          "stop": {
            "how": "graceful",
            "leftovers": [],
            "tookMs": 900,
          },
        },
      ]
    `);
    expect(on).toMatchObject({
      notes: ["graphs are captured for prefill too"],
      launches: [{ outcome: { state: "failed" }, stop: { how: "already-gone" } }],
    });
  });

  it("closes a phase where the next begins, and the last where the launch ends", () => {
    const phases = fold(aStream())?.cells[1]?.launches[0]?.phases;
    expect(phases).toEqual([
      { phase: "spawn", fromMs: 0, toMs: 50_000 },
      { phase: "graphs", fromMs: 50_000, toMs: 55_000 },
    ]);
  });

  it("calls a launch without an end interrupted, in the phase it had reached", () => {
    expect(fold(after("launch-started"))?.cells[0]?.launches[0]?.outcome).toEqual({ state: "interrupted", during: "spawn" });
    expect(fold(after("phase-entered", 1))?.cells[0]?.launches[0]?.outcome).toEqual({ state: "interrupted", during: "weights" });
    const serving = fold(after("check-finished"))?.cells[0]?.launches[0];
    expect(serving?.outcome).toEqual({ state: "interrupted", during: "serving" });
    expect(serving?.checks.map((check) => check.id)).toEqual(["smoke"]);
  });

  it("keeps an outcome once it is known, whatever phase follows", () => {
    const events = aStream();
    const late: Event = { kind: "phase-entered", cell: "sglang/piecewise-cuda-graph=on", launch: 1, phase: "stopping", atMs: 56_000 };
    expect(fold([...events, late])?.cells[1]?.launches[0]?.outcome.state).toBe("failed");
  });

  it("lists launches by number, whatever the order in which they began", () => {
    const events = aStream();
    const second = events.map((event): Event => ("launch" in event && event.cell.endsWith("off") ? { ...event, launch: 2 } : event));
    const both = fold([...events.slice(0, 3), ...second.slice(3, 16), ...events.slice(3, 16)]);
    expect(both?.cells[0]?.launches.map((launch) => launch.number)).toEqual([1, 2]);
  });

  it("passes over events of a cell that was never planned", () => {
    const stray: Event = { kind: "phase-entered", cell: "vllm/default", launch: 1, phase: "spawn", atMs: 0 };
    expect(fold([...aStream(), stray])).toEqual(fold(aStream()));
  });

  it("begins anew with a second start", () => {
    expect(fold([...aStream(), ...aStream().slice(0, 2)])).toMatchObject({ state: "running", cells: [{ launches: [] }] });
  });

  it("works at every prefix: a valid record, running until its end, whose unended launches are interrupted", () => {
    const events = aStream();
    const flaws = events.flatMap((_, i) => flawsOf(events.slice(0, i + 1)));
    expect(flaws).toEqual([]);
  });

  it("works at every prefix of any shuffled or thinned stream", () => {
    const [start, ...rest] = aStream();
    const streams = fc.shuffledSubarray(rest, { minLength: 0, maxLength: rest.length });
    fc.assert(
      fc.property(streams, (events) => {
        expect(flawsOf(start === undefined ? [] : [start, ...events])).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

/** What is wrong with the record that these events fold to, in sentences. */
function flawsOf(events: readonly Event[]): string[] {
  const record = fold(events);
  if (record === undefined) return ["no record"];
  const state = events.some((event) => event.kind === "run-finished") ? "finished" : "running";
  return [
    ...(isDeepStrictEqual(parseRecord(JSON.stringify(record), "record.json"), { ok: true, value: record }) ? [] : ["not a valid record"]),
    ...(record.state === state ? [] : [`${record.state} instead of ${state}`]),
    ...record.cells.flatMap(({ cell, launches }) => launches.flatMap((launch) => outcomeFlaw(cell.id, launch, events))),
  ];
}

function outcomeFlaw(cell: string, { outcome }: LaunchRecord, events: readonly Event[]): string[] {
  const started = events.findIndex((event) => event.kind === "launch-started" && event.cell === cell);
  const told = events.slice(started).filter((event) => "launch" in event && event.cell === cell);
  const ended = told.find((event) => event.kind === "launch-ended");
  const phase = told.findLast((event) => event.kind === "phase-entered")?.phase ?? "spawn";
  const expected = ended === undefined ? { state: "interrupted", during: phase } : ended.outcome;
  return isDeepStrictEqual(outcome, expected) ? [] : [`${cell} ended ${JSON.stringify(outcome)} instead of ${JSON.stringify(expected)}`];
}
