import { describe, expect, it } from "vitest";
import { attribute } from "../../src/attribute/index.ts";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { CellRecord, CheckResult, Diagnosis, ExpectedFailure, LaunchRecord, RunRecord, Verdict } from "../../src/model/index.ts";
import { aCell, aCrash, aLaunch, aRecord, smoke, throughput } from "../fakes/records.ts";

const on = { "piecewise-cuda-graph": "on" };
const axes = { "piecewise-cuda-graph": ["on"] };
const none = { missing: "no record of main was found" };

function one(cell: CellRecord, over: Parameters<typeof aRecord>[0] = {}): RunRecord {
  return aRecord({ ...over, run: { axes, ...over.run }, cells: [cell] });
}

function verdictOf(head: RunRecord, base: Parameters<typeof compare>[1] = one(aCell(on))): Verdict {
  return judge(head, compare(head, base), attribute(head));
}

/** Class and reason of the only cell. */
function told(
  launches: readonly Partial<LaunchRecord>[],
  over: Parameters<typeof aRecord>[0] = {},
  base?: Parameters<typeof compare>[1],
): string {
  const verdict = verdictOf(one(aCell(on, ...launches), over), base);
  expect(verdict.cells).toHaveLength(1);
  return `${verdict.cells[0]?.class}: ${verdict.cells[0]?.reason}`;
}

const infra: Diagnosis = { ...(aCrash("xid").diagnosis as Diagnosis), infra: "Xid 79 on GPU 3: the GPU has fallen off the bus" };
const check = (over: Partial<CheckResult>): Partial<LaunchRecord> => ({ checks: [smoke(), { ...throughput([1_000]), ...over }] });
const entry: ExpectedFailure = { when: on, class: "nccl", issue: "https://example.invalid/1", expires: "2026-11-21" };
const expecting = (over: Partial<ExpectedFailure> = {}): Parameters<typeof aRecord>[0] => ({
  run: { expectedFailures: [{ ...entry, ...over }] },
});

describe("a cell whose server failed", () => {
  it.each([
    ["served on the baseline: broken", told([aCrash("nccl")]), "broken: A nccl fault while capturing graphs; it served on the baseline"],
    [
      "failed the same way on the baseline: pre-existing",
      told([aCrash("nccl")], {}, one(aCell(on, aCrash("nccl")))),
      "pre-existing: A nccl fault while capturing graphs; it failed the same way on the baseline (nccl)",
    ],
    [
      "failed otherwise on the baseline: broken",
      told([aCrash("nccl")], {}, one(aCell(on, aCrash("xid")))),
      "broken: A nccl fault while capturing graphs; on the baseline it failed with xid",
    ],
    [
      "without a name on both sides: not known to be the same",
      told([aCrash("unknown")], {}, one(aCell(on, aCrash("unknown")))),
      "broken: A unknown fault while capturing graphs; on the baseline it failed with unknown",
    ],
    [
      "without a baseline: broken all the same",
      told([aCrash("nccl")], {}, none),
      "broken: A nccl fault while capturing graphs; no baseline says whether this is new",
    ],
    [
      "in one launch of three: flaky",
      told([{}, aCrash("nccl"), {}]),
      "flaky: failed in 1 of 3 launches (nccl): A nccl fault while capturing graphs",
    ],
    [
      "with evidence against the runner: infra",
      told([aCrash("xid", { diagnosis: infra })]),
      "infra: infrastructure: Xid 79 on GPU 3: the GPU has fallen off the bus",
    ],
    [
      "as infra once and by itself once: broken",
      told([aCrash("xid", { diagnosis: infra }), aCrash("xid")]),
      "broken: A xid fault while capturing graphs; it served on the baseline",
    ],
    [
      "as the ledger expects, on its last day",
      told([aCrash("nccl")], expecting()),
      "expected-failure: expected: nccl when piecewise-cuda-graph=on (https://example.invalid/1), until 2026-11-21",
    ],
    [
      "as a ledger entry said that has expired",
      told([aCrash("nccl")], expecting({ expires: "2026-11-20" })),
      "broken: A nccl fault while capturing graphs; its expected failure expired on 2026-11-20",
    ],
    [
      "otherwise than the ledger expects",
      told([aCrash("xid")], expecting()),
      "broken: A xid fault while capturing graphs; it served on the baseline",
    ],
    [
      "in another cell than the ledger expects",
      told([aCrash("nccl")], expecting({ when: { "piecewise-cuda-graph": "off" } })),
      "broken: A nccl fault while capturing graphs; it served on the baseline",
    ],
    [
      "with a failed check on a live server",
      told([check({ status: "failed", message: "12 of 64 requests failed" })]),
      "broken: the throughput check failed: 12 of 64 requests failed; it served on the baseline",
    ],
    [
      "before it was diagnosed",
      told([{ ...aCrash("nccl"), diagnosis: undefined } as never]),
      "broken: the server exited with code 1 during graphs; it served on the baseline",
    ],
  ])("%s", (_, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe("a cell that served", () => {
  it.each([
    ["passes with its gate", told([{}]), "pass: serves, and 1 of 1 gate row passes"],
    ["passes untested without a baseline", told([{}], {}, none), "pass: serves; no gate could be tested"],
    ["passes without gates", told([{}], { run: { gates: [] } }), "pass: serves; no gate is configured"],
    [
      "lacks a check that was asked for",
      told([{ checks: [throughput([1_000])] }]),
      "inconclusive: the smoke check was asked for and has no result",
    ],
    [
      "could not carry a check out",
      told([check({ status: "error", message: "the dataset is missing" })]),
      "inconclusive: the throughput 1024→1024 check could not be carried out: the dataset is missing",
    ],
    [
      "completed fewer requests than asked",
      told([check({ work: { asked: 64, completed: 60, errors: { timeout: 4 } } })]),
      "inconclusive: throughput 1024→1024: 60 of 64 requests completed (4 timeout)",
    ],
    [
      "completed no request at all",
      told([check({ work: { asked: 64, completed: 0, errors: { "http-5xx": 64 } } })]),
      "broken: throughput 1024→1024: 0 of 64 requests completed (64 http-5xx)",
    ],
    [
      "sent no request",
      told([check({ work: { asked: 0, completed: 0, errors: {} } })]),
      "inconclusive: throughput 1024→1024: no request was sent",
    ],
    [
      "passed a check without a number",
      told([check({ metrics: [] })], { run: { gates: [] } }),
      "inconclusive: throughput 1024→1024 passed without a single row or number",
    ],
    [
      "passed a check with a failed row",
      told([
        { checks: [{ ...smoke(), rows: [{ id: "x", title: "Chat answers", status: "failed", detail: "500" }] }, throughput([1_000])] },
      ]),
      'inconclusive: smoke passed although "Chat answers" failed: 500',
    ],
    [
      "skipped everything",
      told(
        [
          {
            checks: [
              { ...smoke(), status: "skipped" },
              { ...throughput([]), status: "skipped" },
            ],
          },
        ],
        { run: { gates: [] } },
      ),
      "inconclusive: no check was carried out",
    ],
    [
      "though the ledger expects it to fail",
      told([{}], expecting()),
      "unexpected-pass: serves although it was expected to fail: delete the entry nccl when piecewise-cuda-graph=on (https://example.invalid/1), under expected-failures: `- { when: { piecewise-cuda-graph: on }, class: nccl, issue: https://example.invalid/1, expires: 2026-11-21 }`",
    ],
    ["was never launched", neverLaunched("finished"), "inconclusive: the run finished and never launched it"],
    ["was not reached", neverLaunched("interrupted"), "cancelled: the run was interrupted before it was launched"],
    [
      "was cut off",
      told([{ outcome: { state: "interrupted", during: "weights" } }], { state: "interrupted" }),
      "cancelled: interrupted during weights",
    ],
  ])("%s", (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  function neverLaunched(state: RunRecord["state"]): string {
    const verdict = verdictOf(one({ ...aCell(on), launches: [] }, { state }));
    return `${verdict.cells[0]?.class}: ${verdict.cells[0]?.reason}`;
  }

  it("lacks a launch that other cells have", () => {
    const head = aRecord({ cells: [aCell({ "piecewise-cuda-graph": "on" }, {}, {}), aCell({ "piecewise-cuda-graph": "off" })] });
    expect(verdictOf(head, none).cells[1]).toMatchObject({ class: "inconclusive", reason: "launch 2 of 2 is missing" });
  });
});

describe("the whole run", () => {
  it("is inconclusive without cells, never passed", () => {
    const skipped = [{ cell: aCell(on).cell, kind: "unsupported", reason: "sglang 0.4 has no such flag" }] as const;
    const verdict = verdictOf(aRecord({ run: { axes }, cells: [], skipped }), none);
    expect(verdict).toMatchObject({
      class: "inconclusive",
      exitCode: 4,
      title: "Inconclusive: no cell ran, so nothing was tested",
      next: "Make at least one cell runnable; skipped: sglang 0.4 has no such flag.",
    });
  });

  it("is inconclusive when a cell of the matrix left no trace", () => {
    const verdict = verdictOf(aRecord({ cells: [aCell(on)] }), none);
    expect(verdict).toMatchObject({
      class: "inconclusive",
      exitCode: 4,
      title: "Inconclusive, the matrix has holes: The one cell serves; no gate could be tested yet",
    });
    expect(verdict.untested[0]).toBe("1 cell of the matrix left no trace in the record: sglang/piecewise-cuda-graph=off.");
  });

  it("passes a hole that was skipped with a reason", () => {
    const skipped = [
      { cell: aCell({ "piecewise-cuda-graph": "off" }).cell, kind: "excluded", reason: "excluded by the configuration" },
    ] as const;
    expect(verdictOf(aRecord({ cells: [aCell(on)], skipped }), none).exitCode).toBe(0);
  });

  it("passes on a repository's first run and says what it could not test", () => {
    const verdict = verdictOf(aRecord(), none);
    expect(verdict).toMatchObject({
      class: "pass",
      exitCode: 0,
      title: "All 2 cells serve; no gate could be tested yet",
      next: "Keep this run's record as the baseline, so that the next run has something to compare with.",
      untested: ["Nothing was compared: no record of main was found."],
    });
    expect(verdict.gates[0]).toMatchObject({ status: "not-tested", reason: "no baseline: no record of main was found" });
  });

  it("is inconclusive when the baseline that was found does not fit", () => {
    const verdict = verdictOf(aRecord(), aRecord({ run: { model: "another" } }));
    expect(verdict).toMatchObject({ class: "inconclusive", exitCode: 4 });
    expect(verdict.warnings).toEqual(["The baseline was not used: model differs: Qwen/Qwen3-8B in this run, another in the baseline."]);
  });

  it("does not hold an unfit baseline against a run that compares nothing", () => {
    expect(verdictOf(aRecord({ run: { gates: [] } }), aRecord({ run: { model: "another" } })).exitCode).toBe(0);
  });

  it("is cancelled when it did not finish, whatever its cells say", () => {
    expect(verdictOf(aRecord({ state: "interrupted" }), none)).toMatchObject({
      class: "cancelled",
      exitCode: 130,
      title: "Cancelled: 2 of 2 cells launched",
    });
  });

  it.each([
    ["infra", [aCrash("xid", { diagnosis: infra })], 3, "Infrastructure, not your change: 1 infrastructure failure of 1 cell"],
    ["flaky", [{}, aCrash("nccl")], 1, "1 flaky cell of 1"],
    ["inconclusive", [check({ status: "error", message: "no dataset" })], 4, "1 inconclusive cell of 1"],
    ["broken", [aCrash("nccl")], 1, "1 broken cell of 1"],
    ["regression", [check({ metrics: throughput([500]).metrics })], 1, "1 regression of 1 cell"],
  ] as const)("maps %s to its documented exit code", (cellClass, launches, exitCode, title) => {
    expect(verdictOf(one(aCell(on, ...launches)))).toMatchObject({ class: cellClass, exitCode, title });
  });

  it("does not block on an unexpected pass, since the change that repairs it cannot delete an entry of the base branch", () => {
    expect(verdictOf(one(aCell(on), expecting()))).toMatchObject({ class: "unexpected-pass", exitCode: 0 });
  });

  it("warns of an entry that some of its cells no longer need", () => {
    const head = aRecord({
      ...expecting({ when: {} }),
      run: { expectedFailures: [{ ...entry, when: {} }] },
      cells: [aCell(on, aCrash("nccl")), aCell({ "piecewise-cuda-graph": "off" })],
    });
    const verdict = verdictOf(head, none);
    expect([verdict.class, verdict.exitCode]).toEqual(["expected-failure", 0]);
    expect(verdict.warnings).toEqual([
      "The expected failure nccl when anything (https://example.invalid/1) also covers sglang/piecewise-cuda-graph=off, which serves: narrow it.",
    ]);
  });
});

describe("warnings", () => {
  it("name a cell that fell back with its twin, a value without effect, doubtful numbers and leftovers", () => {
    const fell = { resolved: [{ axis: "piecewise-cuda-graph", requested: "on", effect: "fallback", resolved: "off" }] } as const;
    const odd = aLaunch({
      resolved: [{ axis: "piecewise-cuda-graph", requested: "off", effect: "inert" }],
      checks: [smoke(), { ...throughput([1_000]), validity: { state: "degraded", reasons: ["send lag 12 ms"] } }],
      stop: { tookMs: 5, how: "killed", leftovers: ["process 4711 (sglang::scheduler)"] },
    });
    expect(verdictOf(aRecord({ cells: [aCell(on, fell), aCell({ "piecewise-cuda-graph": "off" }, odd)] }), none).warnings).toEqual([
      "sglang/piecewise-cuda-graph=on: piecewise-cuda-graph=on fell back to off, so it is now the same configuration as sglang/piecewise-cuda-graph=off.",
      "sglang/piecewise-cuda-graph=off: piecewise-cuda-graph=off was accepted and showed no effect.",
      "sglang/piecewise-cuda-graph=off: the throughput numbers are degraded: send lag 12 ms.",
      "sglang/piecewise-cuda-graph=off left behind: process 4711 (sglang::scheduler).",
    ]);
  });
});
