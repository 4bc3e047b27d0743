import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { aCell, aCrash, aLaunch, aRecord, cellOf, smoke, throughput } from "../fakes/records.ts";

const told = (record: RunRecord): { untested: readonly string[]; warnings: readonly string[] } => {
  const { untested, warnings } = judge(record, compare(record, { missing: "none is configured" }), []);
  return { untested, warnings };
};
const serving = { checks: [smoke(), throughput([1_000])] };

describe("what a verdict does not cover", () => {
  it("is said of cells that other jobs run, and of those for which there was no time", () => {
    const [one, two, three] = ["a", "b", "c"].map((eager) => cellOf({ eager }));
    if (one === undefined || two === undefined || three === undefined) throw new Error("three cells");
    const cells = [aCell({ eager: "off" }, serving)];
    const elsewhere = (skipped: RunRecord["skipped"]): readonly string[] => told(aRecord({ cells, skipped })).untested;
    const left = { kind: "other-job", reason: "another job runs it" } as const;
    expect(elsewhere([{ cell: one, ...left }])).toContain("1 cell of the matrix is left to other jobs.");
    const both = elsewhere([
      { cell: one, ...left },
      { cell: two, ...left },
      { cell: three, kind: "over-budget", reason: "too long" },
    ]);
    expect(both).toContain("2 cells of the matrix are left to other jobs.");
    expect(both).toContain(`Not run for lack of time: ${three.id}.`);
    expect(elsewhere([]).join(" ")).not.toMatch(/other jobs|lack of time/);
  });

  it("is said of a run in which nothing served, which stopped, or in which a check was skipped", () => {
    const nothing = "No cell served, so nothing was measured.";
    const crashed = aRecord({ cells: [aCell({ eager: "off" }, aCrash("nccl"))] });
    expect(told(crashed).untested).toContain(nothing);
    const served = aRecord({ cells: [aCell({ eager: "off" }, serving)] });
    expect(told(served).untested).not.toContain(nothing);
    expect(told({ ...served, state: "interrupted" }).untested).toContain("The run did not finish: it was interrupted.");
    expect(told({ ...served, state: "running" }).untested).toContain("The run did not finish.");
    expect(told(served).untested.join(" ")).not.toContain("did not finish");
    const skipped = { ...smoke(), id: "accuracy" as const, status: "skipped" as const, message: "no dataset" };
    const twice = aRecord({ cells: [aCell({ eager: "off" }, { checks: [smoke(), skipped] }, { checks: [smoke(), skipped] })] });
    expect(told(twice).untested.filter((text) => text === "The accuracy check was skipped: no dataset.")).toHaveLength(1);
  });

  it("is said of settings of which the engine offers no proof, once each and in order", () => {
    const resolved = ["b", "a", "b"].map((requested) => ({ axis: "eager", requested, effect: "unverifiable" as const }));
    const record = aRecord({ cells: [aCell({ eager: "off" }, { ...serving, resolved })] });
    expect(told(record).untested).toContain("The engine offers no proof that these took effect: eager=a and eager=b.");
  });
});

describe("alarms that do not block", () => {
  it("name launches that were spoiled, processes left behind, and clients that were not fit to measure", () => {
    const cell = aCell(
      { eager: "off" },
      {
        checks: [smoke(), { ...throughput([1_000]), validity: { state: "degraded", reasons: ["send lag"] } as never }],
        stop: { how: "graceful", tookMs: 1, leftovers: ["pid 7"] } as never,
      },
    );
    const { warnings } = told(aRecord({ cells: [{ ...cell, voided: [{ launch: aLaunch({ number: 2 }), reason: "slowed by heat" }] }] }));
    const { id } = cell.cell;
    expect(warnings).toContain(`${id}: launch 2 was spoiled by the machine and does not count: slowed by heat.`);
    expect(warnings).toContain(`${id} left behind: pid 7.`);
    expect(warnings).toContain(`${id}: the throughput numbers are degraded: send lag.`);
    expect(told(aRecord({ cells: [aCell({ eager: "off" }, serving)] })).warnings).toEqual([]);
  });
});
