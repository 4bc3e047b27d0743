import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagnose, signatures } from "../../src/diagnose/index.ts";
import { literalIndex } from "../../src/diagnose/literals.ts";

const literals = signatures.flatMap((signature) => signature.clues.flatMap((clue) => [clue.has].flat()));

/** Text made of what patterns like: literals, repeated fragments, prefixes without end. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...literals),
      fc
        .tuple(
          fc.constantFrom("a", " ", ".", "(", "1,", "0,", "x.", "\\", "[0m", "/usr/", "Error: ", "(W pid=1) ", "_"),
          fc.integer({ min: 1, max: 3_000 }),
        )
        .map(([part, times]) => part.repeat(times)),
      fc.string({ maxLength: 40 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("adversarial input", () => {
  it("never makes one line cost more than a bounded time, whatever it is made of", () => {
    diagnose(literals);
    fc.assert(
      fc.property(hostile, (line) => {
        const started = process.cpuUsage();
        diagnose([line, line]);
        const spent = process.cpuUsage(started);
        // Two lines of at most some 36,000 characters; backtracking that is not linear takes minutes, not this.
        expect(spent.user + spent.system).toBeLessThan(1_500_000);
      }),
      { numRuns: 150, seed: 12_067 },
    );
  });

  it("costs in proportion to its length, not to its square", () => {
    const cost = (length: number): number => {
      const line = `${"RuntimeError: globalDim (".repeat(length)}${"1,".repeat(length)}`;
      const started = process.cpuUsage();
      diagnose([line]);
      return process.cpuUsage(started).user;
    };
    cost(1_000);
    // Sixteen times the length; a square law would need 256 times the time, and the limit leaves room for a busy machine.
    expect(cost(160_000)).toBeLessThan(100 * Math.max(cost(10_000), 20_000));
  });
});

describe("the literal index", () => {
  it("finds exactly what a plain search finds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ab cé]{4,7}$/), { minLength: 1, maxLength: 12 }),
        fc.stringMatching(/^[ab cé]{0,80}$/),
        (words, text) => {
          const found = new Set(literalIndex(words).find(text));
          expect([...found].sort((a, b) => a - b)).toEqual(words.flatMap((word, id) => (text.includes(word) ? [id] : [])));
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});
