import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemText } from "../../src/model/index.ts";
import { fold, parseRecord, recordJsonSchema } from "../../src/record/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";
import { aStream } from "./events.ts";

const stored = join(import.meta.dirname, "../../src/record/record.schema.json");
const whole = aRecord({
  cells: [aCell({ "piecewise-cuda-graph": "on" }, aCrash("tma-descriptor")), aCell({ "piecewise-cuda-graph": "off" })],
});

function said(text: string): string {
  const parsed = parseRecord(text, "record.json");
  return parsed.ok ? "accepted" : parsed.problems.map((problem) => problemText(problem)).join("\n");
}

/** The record with one field, named by its path, set to something else. */
function with_(path: readonly (string | number)[], value: unknown): string {
  const copy = structuredClone(whole) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const part of path.slice(0, -1)) at = at[part] as typeof at;
  at[path.at(-1) ?? ""] = value;
  return JSON.stringify(copy);
}

describe("a stored record", () => {
  it("is read as it was written", () => {
    expect(parseRecord(JSON.stringify(whole), "record.json")).toEqual({ ok: true, value: whole });
  });

  it("loses fields that this version does not know, and keeps the rest", () => {
    const newer = with_(["cells", 0, "launches", 0, "weather"], "fine");
    expect(parseRecord(newer, "record.json")).toEqual({ ok: true, value: whole });
  });

  it.each([
    ["is not JSON", "{", "record.json: not JSON"],
    ["is a list", "[]", 'record.json: not a Servegate record: its schema is missing\n    A record says "schema": "servegate/record@1".'],
    [
      "is of another make",
      '{"schema":"junit"}',
      'record.json: not a Servegate record: its schema is "junit"\n    A record says "schema": "servegate/record@1".',
    ],
    [
      "is newer",
      '{"schema":"servegate/record@2"}',
      "record.json: written in servegate/record@2, which this version of Servegate does not read (it reads servegate/record@1)\n" +
        "    Use the version of Servegate that wrote the record, or a newer one.",
    ],
    ["lacks a field", with_(["run", "model"], undefined), "record.json: run.model: invalid input: expected string, received undefined"],
    [
      "holds a text for a number",
      with_(["cells", 0, "launches", 0, "number"], "1"),
      "record.json: cells[0].launches[0].number: invalid input: expected number",
    ],
    [
      "holds an unknown outcome",
      with_(["cells", 0, "launches", 0, "outcome"], { state: "fine" }),
      "record.json: cells[0].launches[0].outcome.state: ",
    ],
    [
      "holds a number that is none",
      with_(["machine", "memoryBytes"], 0).replace('"memoryBytes":0', '"memoryBytes":1e999'),
      "record.json: machine.memoryBytes: ",
    ],
    [
      "holds a negative duration",
      with_(["cells", 1, "launches", 0, "stop", "tookMs"], -1),
      "record.json: cells[1].launches[0].stop.tookMs: ",
    ],
    ["holds a time that is none", with_(["run", "startedAt"], "yesterday"), "record.json: run.startedAt: "],
    [
      "points out of its folder",
      with_(["cells", 0, "launches", 0, "log"], "../../etc/passwd"),
      "record.json: cells[0].launches[0].log: expected a path inside the run's folder",
    ],
    [
      "points to the root",
      with_(["cells", 0, "launches", 0, "log"], "/etc/passwd"),
      "record.json: cells[0].launches[0].log: expected a path inside the run's folder",
    ],
    [
      "points up from within",
      with_(["cells", 0, "launches", 0, "log"], "cells/../../x"),
      "record.json: cells[0].launches[0].log: expected a path inside the run's folder",
    ],
  ])("is refused when it %s", (_, text, expected) => {
    expect(said(text).slice(0, expected.length)).toBe(expected);
  });

  it("is refused when it is larger than any record", () => {
    expect(said(" ".repeat(64 * 1024 * 1024 + 1))).toBe("record.json: larger than 64 MiB, the most a record may be");
  });

  it("says twenty places that do not fit, and counts the others", () => {
    const cells = Array.from({ length: 30 }, () => ({}));
    expect(said(with_(["cells"], cells)).split("\n")).toHaveLength(21);
  });

  it("sets nothing on the prototypes of objects", () => {
    const hostile = JSON.stringify(whole).replace('"env":{}', '"env":{"__proto__":"x","constructor":"y"}');
    const parsed = parseRecord(hostile, "record.json");
    expect(parsed).toMatchObject({ ok: true });
    expect(Object.keys({})).toEqual([]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("never throws, whatever the text", () => {
    const text = JSON.stringify(whole);
    const edited = fc
      .tuple(fc.nat(text.length), fc.nat(40), fc.string())
      .map(([at, length, with_]) => text.slice(0, at) + with_ + text.slice(at + length));
    const other = fc.json().map((json) => json.replace("{", '{"schema":"servegate/record@1",'));
    fc.assert(
      fc.property(fc.oneof(edited, other, fc.string()), (hostile) => {
        const parsed = parseRecord(hostile, "record.json");
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the record's schema", () => {
  it("is stored as it is generated (`servegate schema record`)", () => {
    expect(readFileSync(stored, "utf8")).toBe(`${JSON.stringify(recordJsonSchema(), undefined, 2)}\n`);
  });

  it("accepts what is written and rejects what is refused", () => {
    const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const validate = ajv.compile(recordJsonSchema());
    const complaints = (value: unknown): unknown[] => (validate(value) ? [] : (validate.errors ?? ["rejected"]));
    expect(complaints(whole)).toEqual([]);
    expect(complaints(fold(aStream()))).toEqual([]);
    expect(complaints(JSON.parse(with_(["cells", 0, "launches", 0, "log"], "../x")))).not.toEqual([]);
    expect(complaints(JSON.parse(with_(["schema"], "servegate/record@2")))).not.toEqual([]);
    expect(complaints(JSON.parse(with_(["run", "gates"], [{}])))).not.toEqual([]);
  });
});
