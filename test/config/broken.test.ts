import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/index.ts";
import { problemText } from "../../src/model/index.ts";
import { FULL } from "./examples.ts";

function said(text: string | Uint8Array): string[] {
  const parsed = parseConfig(text, "servegate.yml", "2026-11-21");
  return parsed.ok ? [] : parsed.problems.map((problem) => problemText(problem, "servegate.yml"));
}

const cases = [
  ...readFileSync(join(import.meta.dirname, "broken.md"), "utf8").matchAll(/### (.+)\n\n~~~yaml\n([^]*?)~~~\n\n~~~text\n([^]*?)\n~~~/g),
].map(([, title = "", yaml = "", text = ""]) => ({ title, yaml, text }));

describe("a broken configuration", () => {
  it("stands in the table", () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
  });

  it.each(cases)("$title is answered with its place and a hint", ({ yaml, text }) => {
    expect(said(yaml).join("\n")).toBe(text);
  });

  it("is told everything at once, in the order of the file", () => {
    const broken = FULL.replace("engine: sglang", "engine: sglan")
      .replace("ready-timeout: 20m", "ready-timeout: 20")
      .replace("[cutlass, fa2]", "[cutlas, fa2]")
      .replace("class: tma-descriptor", "class: tma")
      .replace("questions: 200", "questions: no")
      .replace("accuracy drops", "accuracy rises")
      .concat("smok: {}\n");
    expect(said(broken).join("\n")).toMatchInlineSnapshot(`
      "servegate.yml:2:9 engine: expected one of vllm, sglang, transformers, rehearsal, command, found "sglan"
          Did you mean "sglang"?
      servegate.yml:4:54 launch.ready-timeout: expected a duration with its unit, found 20
          Write \`ready-timeout: 20m\`.
      servegate.yml:8:23 matrix.attention-backend[0]: "cutlas" is not a value of "attention-backend"
          Did you mean "cutlass"?
      servegate.yml:14:12 expected-failures[0].class: expected a failure class, found "tma"
          Did you mean "tma-descriptor"?
      servegate.yml:18:42 accuracy[0].questions: expected a whole number from 1 to 100000, found "no"
          Write \`questions: 200\`.
      servegate.yml:24:14 gates[2]: accuracy gets better when it rises
          Did you mean "accuracy drops no more than 1 point"?
      servegate.yml:25:1 smok: unknown key "smok"
          Did you mean "smoke"?"
    `);
  });

  it("may be no text at all", () => {
    expect(said(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00, 0x01]))).toEqual([
      "servegate.yml:1:1: servegate.yml is not a text file: byte 5 is NUL\n    Write the configuration as UTF-8 text; UTF-16 is not read.",
    ]);
    expect(said(Buffer.from([0x61, 0xff, 0xfe]))).toEqual([
      "servegate.yml:1:1: servegate.yml is not UTF-8 text\n    Save the file as UTF-8.",
    ]);
    expect(said(Buffer.from("version: 1\n", "utf16le"))[0]).toContain("byte 2 is NUL");
  });

  it("may be larger than any configuration", () => {
    expect(said(Buffer.alloc(1024 * 1024 + 1, "#"))).toEqual([
      "servegate.yml:1:1: servegate.yml is larger than 1 MiB, the most a configuration may be\n    Is this the right file?",
    ]);
  });

  it("may be nested until the parser's stack ends", () => {
    for (const deep of ["[", "- ", "{a: ", "? "]) expect(said(deep.repeat(6_000))[0]).toContain("nested deeper than 32 levels");
  });

  it("may hold thousands of mistakes, of which a hundred are shown", () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `key${i}: 1`).join("\n");
    expect(said(many)).toHaveLength(101);
    expect(said(many).at(-1)).toBe("servegate.yml: and 4903 more problems");
  });

  it("never throws, whatever the text", () => {
    const piece = fc.constantFrom(
      ..."\n :-[]{},&*!|>'\"%@`#?\t<".split(""),
      "matrix",
      "gates",
      "eager",
      "&a ",
      "*a",
      "<<: ",
      "---\n",
      "  ",
      "on",
      "null",
      "1e999",
      "\u0000",
      "😀",
    );
    const yamlish = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
    const edited = fc
      .tuple(fc.nat(FULL.length), fc.nat(20), yamlish)
      .map(([at, length, inserted]) => FULL.slice(0, at) + inserted + FULL.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(yamlish, edited, fc.string(), fc.uint8Array({ maxLength: 200 })), (text) => {
        const parsed = parseConfig(text, "servegate.yml");
        const problems = parsed.ok ? [] : parsed.problems.map((problem) => problemText(problem).replace(/\n {4}/, ""));
        expect(parsed.ok || problems.length > 0).toBe(true);
        expect(problems.filter((shown) => /[\n\r]|undefined|\[object/.test(shown))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });
});
