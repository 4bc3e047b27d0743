import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { GateRow, LaunchRecord, RunRecord } from "../../src/model/index.ts";
import { aCell, aRecord, smoke, throughput } from "../fakes/records.ts";

/** Cells named by number, each with launches whose throughput is as given. */
function run(cells: readonly (readonly number[])[], over: Parameters<typeof aRecord>[0] = {}): RunRecord {
  const values = cells.map((_, i) => String(i));
  const launches = (given: readonly number[]): Partial<LaunchRecord>[] =>
    given.map((value) => ({ checks: [smoke(), throughput([value])] }));
  return aRecord({
    ...over,
    run: { axes: { "max-sequences": values }, ...over.run },
    cells: cells.map((given, i) => aCell({ "max-sequences": String(i) }, ...launches(given))),
  });
}

function rowsOf(head: RunRecord, base: RunRecord): readonly GateRow[] {
  return judge(head, compare(head, base), []).gates[0]?.rows ?? [];
}

const even = [990, 1_000, 1_010] as const;

describe("the correction over the matrix", () => {
  const near = [925, 940, 932] as const;

  it("lets a clear loss fail among many rows as it does alone", () => {
    const head = run([[850, 860, 855], ...Array.from({ length: 11 }, () => even)]);
    expect(rowsOf(head, run(Array.from({ length: 12 }, () => even)))[0]?.status).toBe("failed");
  });

  it("calls a loss that is only just beyond the margin undecided among many rows, with the corrected p", () => {
    expect(rowsOf(run([near]), run([even]))[0]?.status).toBe("failed");
    const many = rowsOf(run([near, ...Array.from({ length: 31 }, () => even)]), run(Array.from({ length: 32 }, () => even)));
    expect(many.map((row) => row.status)).not.toContain("failed");
    expect(many[0]?.detail).toMatch(/beyond it alone, not among 32 gated rows \(adjusted p 0\.\d+\)$/);
  });

  it("does not let a crash be argued away", () => {
    const base = run([even, even]);
    const head = { ...base, cells: [base.cells[0], { ...base.cells[1], launches: [] }] } as RunRecord;
    expect(judge(head, compare(head, base), []).class).toBe("inconclusive");
  });
});

describe("an undecided row", () => {
  it("says how many launches would settle it and what they cost", () => {
    const [row] = rowsOf(run([[970, 1_010, 940]]), run([[1_000, 960, 1_020]]));
    expect(row?.status).toBe("inconclusive");
    expect(row?.detail).toMatch(/about \d+ more launch(es)? a side would settle it \(\d+(\.\d)? GPU-minutes\)|too close to the margin/);
  });

  it("asks for the launches that were missing: with them the row is decided", () => {
    const scatter = (level: number, n: number): number[] => Array.from({ length: n }, (_, i) => level * (1 + 0.02 * Math.cos(2.4 * i)));
    const [few] = rowsOf(run([scatter(1_000, 3)]), run([scatter(1_000, 3)]));
    const more = Number(/about (\d+) more/.exec(few?.detail ?? "")?.[1]);
    expect(few?.status).toBe("inconclusive");
    expect(more).toBeGreaterThan(0);
    expect(rowsOf(run([scatter(1_000, 3 + more)]), run([scatter(1_000, 3 + more)]))[0]?.status).toBe("passed");
  });

  it("is marked for confirmation where the number leans to a loss, and not where it leans to a gain", () => {
    const base = run([[1_000, 960, 1_020]]);
    expect(rowsOf(run([[900, 950, 890]]), base)[0]?.confirm).toBe(true);
    expect(rowsOf(run([[1_060, 970, 1_030]]), base)[0]).not.toHaveProperty("confirm");
  });
});

describe("launches in turns", () => {
  const drifting = [1_000, 900, 800, 700] as const;
  const scaled = (factor: number): number[] => drifting.map((value, i) => value * factor * (1 + 0.002 * (i % 2)));

  it("are compared pair by pair, so that a drift of the machine falls on both sides", () => {
    const [base, head] = [run([drifting], { run: { pair: "job-1" } }), run([scaled(0.93)], { run: { pair: "job-1" } })];
    expect(compare(head, base).changes[0]?.error).toMatchObject({ pairs: 4 });
    expect(rowsOf(head, base)[0]?.status).toBe("failed");
    expect(rowsOf(run([scaled(0.93)]), run([drifting]))[0]?.status).toBe("inconclusive");
  });

  it("pair only with the launch of their own number", () => {
    const [base, head] = [run([drifting], { run: { pair: "job-1" } }), run([scaled(1)], { run: { pair: "job-1" } })];
    const [cell] = head.cells;
    const gap = { ...head, cells: [{ ...cell, launches: cell?.launches.filter((launch) => launch.number !== 2) }] } as RunRecord;
    expect(compare(gap, base).changes[0]?.error).toMatchObject({ pairs: 3 });
  });
});
