import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isLimitMark, newLimitMark } from "../../src/shell/limit-mark.ts";

const SOURCE = resolve(import.meta.dirname, "../../src/shell/limit-mark.ts");

/** What a process whose own limit is `own` makes of it: its new marks, and whether one can be set. */
function within(own: number): { marks: number[]; problem: string | undefined } {
  const script = `import { newLimitMark, limitProblem } from ${JSON.stringify(SOURCE)};
    console.log(JSON.stringify({ marks: Array.from({ length: 20 }, newLimitMark), problem: await limitProblem() }));`;
  const argv = [`--locks=${own}:${own}`, process.execPath, "--input-type=module", "--eval", script];
  return JSON.parse(execFileSync("prlimit", argv, { encoding: "utf8" })) as ReturnType<typeof within>;
}

describe("a mark in the limit for file locks", () => {
  it("is no number that a person sets, and another one every time", () => {
    const marks = Array.from({ length: 100 }, newLimitMark);
    expect(marks.every((mark) => isLimitMark(mark) && mark >= 2 ** 40)).toBe(true);
    expect(new Set(marks).size).toBe(100);
  });

  it("stays below the limit of a run within a run, and can be set there", () => {
    const own = 2 ** 40 + 1_000;
    const { marks, problem } = within(own);
    expect(problem).toBeUndefined();
    expect(Math.max(...marks)).toBeLessThanOrEqual(own);
  });

  it("cannot be set below a limit that a person set, unless we may raise it, and that is said", () => {
    const mayRaise =
      BigInt(`0x${/^CapEff:\s+([0-9a-f]+)/m.exec(execFileSync("cat", ["/proc/self/status"], { encoding: "utf8" }))?.[1] ?? "0"}`) &
      (1n << 24n);
    expect(within(100).problem === undefined).toBe(mayRaise !== 0n);
  });
});
