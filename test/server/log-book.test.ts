import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineRing } from "../../src/server/line-ring.ts";
import { logBook } from "../../src/server/log-book.ts";

describe("the lines that are kept of a server", () => {
  it("are its first 2,000 and its last 8,000, as printed and without the prefix", () => {
    const book = logBook();
    for (let n = 0; n < 30_000; n++) book.add(`(pid=7) line ${n}`, `line ${n}`);
    const printed = book.printed();
    expect([printed.length, printed[0], printed[1999], printed[2000], printed.at(-1)]).toEqual([
      10_000,
      "(pid=7) line 0",
      "(pid=7) line 1999",
      "(pid=7) line 22000",
      "(pid=7) line 29999",
    ]);
    expect(book.cleaned().slice(-2)).toEqual(["line 29998", "line 29999"]);
    expect(book.tail(2)).toEqual(["(pid=7) line 29998", "(pid=7) line 29999"]);
  });

  it("keep a cleaned line that is no end of the printed one", () => {
    const book = logBook();
    for (let n = 0; n < 2001; n++) book.add("loading: 10% 20%", "20% only");
    expect([book.printed().at(-1), book.cleaned().at(-1)]).toEqual(["loading: 10% 20%", "20% only"]);
  });

  it("are the same as an array's end, whatever comes, within the bytes that are given", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { maxLength: 60 }), (texts) => {
        const ring = lineRing(8, 120);
        for (const text of texts) ring.push(text);
        const kept = ring.lines();
        const whole = texts.map((text) => (Buffer.byteLength(text) <= 120 ? text : undefined));
        for (const [index, text] of kept.entries()) {
          const original = whole[texts.length - kept.length + index];
          if (original !== undefined) expect(text).toBe(original);
        }
        expect(kept.length).toBeLessThanOrEqual(8);
        expect(kept.reduce((sum, text) => sum + Buffer.byteLength(text), 0)).toBeLessThanOrEqual(120 + 3);
        if (texts.length > 0) expect(kept.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
