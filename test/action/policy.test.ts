import { describe, expect, it } from "vitest";
import { effectOf } from "../../src/action/policy.ts";
import { CELL_CLASSES, EXIT, type CellClass, type Verdict } from "../../src/model/index.ts";

const CODES: Readonly<Record<CellClass, number>> = {
  pass: 0,
  "expected-failure": 0,
  "pre-existing": 0,
  "unexpected-pass": 0,
  inconclusive: EXIT.inconclusive,
  infra: EXIT.infra,
  flaky: 1,
  broken: 1,
  regression: 1,
  "config-error": EXIT.config,
  cancelled: EXIT.cancelled,
  "internal-error": EXIT.bug,
};

function verdict(...classes: readonly CellClass[]): Verdict {
  const worst = CELL_CLASSES.findLast((one) => classes.includes(one)) ?? "pass";
  const cells = classes.map((of, i) => ({ cell: `cell ${i}`, class: of, reason: "" }));
  return { class: worst, exitCode: CODES[worst], title: "", next: "", cells, gates: [], attributions: [], untested: [], warnings: [] };
}

const STRICT = { "fail-on": "any", "on-infra": "fail", "on-inconclusive": "fail" } as const;

describe("what a verdict means for the merge", () => {
  it.each<[string, Verdict, Partial<Parameters<typeof effectOf>[1]>, string, number]>([
    ["a pass", verdict("pass", "expected-failure"), {}, "success", 0],
    ["a regression", verdict("pass", "regression"), {}, "failure", 1],
    ["a regression under broken", verdict("regression"), { "fail-on": "broken" }, "neutral", 0],
    ["a broken cell under broken", verdict("broken", "regression"), { "fail-on": "broken" }, "failure", 1],
    ["a regression and a sick runner under broken", verdict("regression", "infra"), { "fail-on": "broken" }, "failure", 3],
    ["a sick runner", verdict("infra", "pass"), {}, "failure", 3],
    ["a sick runner excused", verdict("infra", "pass"), { "on-infra": "neutral" }, "neutral", 0],
    ["a sick runner excused beside a regression", verdict("infra", "regression"), { "on-infra": "neutral" }, "failure", 1],
    ["a sick runner excused beside missing evidence", verdict("infra", "inconclusive"), { "on-infra": "neutral" }, "failure", 4],
    ["a sick runner excused beside a lost shard", { ...verdict("infra", "pass"), missing: ["a"] }, { "on-infra": "neutral" }, "failure", 4],
    ["missing evidence excused", verdict("inconclusive"), { "on-inconclusive": "neutral" }, "neutral", 0],
    ["anything under never", verdict("broken", "regression", "infra", "inconclusive"), { "fail-on": "never" }, "neutral", 0],
    ["a cancelled run under never", verdict("cancelled"), { "fail-on": "never" }, "cancelled", 130],
    ["a bug of ours", verdict("internal-error", "regression"), { "fail-on": "broken" }, "failure", 70],
  ])("%s", (_name, of, choices, conclusion, exitCode) => {
    expect(effectOf(of, { ...STRICT, ...choices })).toEqual({ conclusion, exitCode });
  });
});
