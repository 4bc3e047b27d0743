import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseScanner } from "../../src/load/sse.ts";

interface Scanned {
  readonly events: [name: string, data: string][];
  readonly overlong: boolean;
}

/** Events of a stream that arrives in these pieces; each piece lies in one reused buffer, as reads do. */
function scan(pieces: readonly Buffer[], limit = 10_000): Scanned {
  const events: [string, string][] = [];
  const scanner = new SseScanner((bytes, from, to, name) => events.push([name, bytes.toString("utf8", from, to)]) > 0, limit);
  const reused = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)) + 8, "\n");
  for (const piece of pieces) {
    piece.copy(reused, 3);
    if (!scanner.push(reused, 3, 3 + piece.length)) break;
    reused.fill("\n");
  }
  scanner.end();
  return { events, overlong: scanner.overlong };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : at[i - 1], end));
}

describe("the event scanner", () => {
  it.each([
    ["one event", "data: a\n\n", [["", "a"]]],
    ["no space after the colon", "data:a\n\n", [["", "a"]]],
    ["only one space is taken off", "data:  a\n\n", [["", " a"]]],
    [
      "CRLF",
      "data: a\r\n\r\ndata: b\r\n\r\n",
      [
        ["", "a"],
        ["", "b"],
      ],
    ],
    ["CRLF between the lines of one event", "data: a\r\ndata: b\r\n\r\n", [["", "a\nb"]]],
    [
      "CR alone",
      "data: a\r\rdata: b\r\r",
      [
        ["", "a"],
        ["", "b"],
      ],
    ],
    ["comments and pings", ": ping\n\ndata: a\n: in between\n\n:\n\n", [["", "a"]]],
    ["several data lines", "data: a\ndata: b\n\n", [["", "a\nb"]]],
    ["several data lines, one of them empty", "data: a\ndata:\ndata\ndata: b\n\n", [["", "a\n\n\nb"]]],
    [
      "named events",
      "event: error\ndata: a\n\ndata: b\n\n",
      [
        ["error", "a"],
        ["", "b"],
      ],
    ],
    ["other fields", "id: 1\nretry: 10\ndata: a\ndatum: x\n\n", [["", "a"]]],
    ["a byte order mark", "\uFEFFdata: a\n\n", [["", "a"]]],
    ["multi-byte text", "data: größe 漢字 🙂\n\n", [["", "größe 漢字 🙂"]]],
    [
      "a last event without blank line",
      "data: a\n\ndata: b",
      [
        ["", "a"],
        ["", "b"],
      ],
    ],
    ["nothing", "\n\n\n", []],
  ])("reads %s, however the bytes are split", (_, text, expected) => {
    const bytes = Buffer.from(text);
    expect(scan([bytes]).events).toEqual(expected);
    expect(scan([...bytes].map((byte) => Buffer.of(byte))).events).toEqual(expected);
    for (let at = 0; at <= bytes.length; at += 1) expect(scan([bytes.subarray(0, at), bytes.subarray(at)]).events).toEqual(expected);
  });

  it("gives the same events for any split of any stream", () => {
    const line = fc.oneof(
      fc.constantFrom("", "", "data", "data:", "data: ", ": ping", "event: error", "id: 1", "dat", "data: [DONE]"),
      fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, "")}`),
    );
    const stream = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 40 });
    const property = fc.property(stream, fc.array(fc.nat(), { maxLength: 30 }), (lines, places) => {
      const bytes = Buffer.from(lines.map(([text, end]) => text + end).join(""));
      expect(scan(cut(bytes, places))).toEqual(scan([bytes]));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("finds twenty events in one read", () => {
    const text = Array.from({ length: 20 }, (_, i) => `data: ${i}\n\n`).join("");
    expect(scan([Buffer.from(text)]).events).toHaveLength(20);
  });

  it("gives up on a line over the limit instead of keeping it", () => {
    const scanner = new SseScanner(() => true, 1 << 20);
    const block = Buffer.alloc(1 << 16, "x");
    let pushed = 0;
    while (scanner.push(block, 0, block.length)) pushed += block.length;
    expect(pushed).toBeLessThanOrEqual(1 << 20);
    expect(scanner.overlong).toBe(true);
  });

  it("gives up on an event whose many lines are over the limit", () => {
    expect(scan([Buffer.from(`data: ${"x".repeat(60)}\n`.repeat(3))], 100)).toEqual({ events: [], overlong: true });
  });
});
