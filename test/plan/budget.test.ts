import { describe, expect, it } from "vitest";
import { plan } from "../../src/plan/index.ts";
import { aConfig, mission, site } from "./a-config.ts";

const whole = (over = {}) => plan(aConfig({ matrix: mission, engineVersion: "0.5.18", ...over }), { site });

describe("a budget", () => {
  it("cuts cells from the end, says at what cost each would have come, and keeps the canary first", () => {
    const each = whole().estimateMs / 8;
    const minutes = Math.ceil((each * 3) / 60_000);
    const planned = whole({ budget: { minutes } });
    expect(planned.cells.length).toBe(Math.floor((minutes * 60_000) / each));
    expect(planned.cells[0]?.cell.id).toBe(whole().cells[0]?.cell.id);
    const cut = planned.skipped.filter(({ kind }) => kind === "over-budget");
    expect(cut.length).toBe(8 - planned.cells.length);
    expect(cut[0]?.reason).toMatch(new RegExp(`^would bring the run to about \\d+ of ${minutes} min$`));
    expect(planned.estimateMs).toBeLessThanOrEqual(minutes * 60_000);
    expect(planned.problems).toEqual([]);
  });

  it("counts every GPU of the machine in GPU-hours", () => {
    const hours = whole().estimateMs / 3_600_000;
    expect(whole({ budget: { gpuHours: hours } }).cells.length).toBe(8);
    expect(whole({ budget: { gpuHours: hours }, machine: { count: 8 } }).cells.length).toBe(1);
    expect(whole({ budget: { gpuHours: hours * 8 }, machine: { count: 8 } }).cells.length).toBe(8);
    expect(whole({ budget: { gpuHours: hours }, machine: { count: 8 } }).skipped.at(-1)?.reason).toMatch(/ GPU-hours$/);
  });

  it("that not even one cell fits still runs the canary", () => {
    expect(whole({ budget: { minutes: 1 } }).cells.length).toBe(1);
  });
});

describe("a launch prefix", () => {
  it("stands before the whole command line, each word one item", () => {
    const argv = plan(aConfig({ launch: { prefix: ["numactl", "--cpunodebind=0", "-m", "0, 1"] } }), { site }).cells[0]?.launch.argv;
    expect(argv?.slice(0, 5)).toEqual(["numactl", "--cpunodebind=0", "-m", "0, 1", "python3"]);
  });
});
