import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const TEXT = readFileSync(resolve(import.meta.dirname, "README.md"), "utf8");
const FAULTS = 70;

/** Number of a fault → the file that the table names for it. */
const rows = [...TEXT.matchAll(/^\| (\d+)(?:–(\d+))? \| .+ \| `(.+)` \|$/gm)].flatMap(([, first = "", last = first, file = ""]) =>
  Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => ({ id: Number(first) + index, file })),
);

describe("the table of faults", () => {
  it("names each of them once", () => {
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: FAULTS }, (_, index) => index + 1));
  });

  it("names the file that has a test of that number", () => {
    // The interleavings of two jobs are a model test of their own room.
    const elsewhere = new Set([62]);
    // Three signals at twelve stages share one table.
    const counted = new Set([38, 39]);
    const lost = rows.filter(({ id, file }) => {
      const source = readFileSync(resolve(import.meta.dirname, file), "utf8");
      return !elsewhere.has(id) && !counted.has(id) && !new RegExp(`"#${id}[" ]`).test(source.replace("`#${37 + index}`", '"#37"'));
    });
    expect(lost).toEqual([]);
  });
});
