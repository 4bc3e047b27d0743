import { describe, expect, it } from "vitest";
import { code, fence, text } from "../../src/report/formats/markdown/escape.ts";
import { fit } from "../../src/report/formats/markdown/fit.ts";
import { commandLine } from "../../src/report/quote.ts";
import { clean } from "../../src/report/clean.ts";
import { columns, fit as fitColumns, wrap } from "../../src/report/formats/terminal/width.ts";

const ZW = "\u200B";

describe("words in markdown", () => {
  it.each([
    ["leave plain words alone", "−12.4% (−14.0% to −10.8%), n 3", "−12.4% (−14.0% to −10.8%), n 3"],
    [
      "leave names with dashes and single underscores alone",
      "output_throughput of kv-cache-dtype=fp8",
      "output_throughput of kv-cache-dtype=fp8",
    ],
    ["break a mention", "ask @octocat", `ask @${ZW}octocat`],
    ["break references", "#12 GH-3 a/b#4", `&#35;${ZW}12 GH-${ZW}3 a/b&#35;${ZW}4`],
    ["break links", "https://x.example www.x.example", `https:${ZW}//x.example www${ZW}.x.example`],
    ["break images", "![a](b)", "&#33;&#91;a&#93;(b)"],
    ["break tags", "<img>", "&#60;img&#62;"],
    ["break table cells", "a | b", "a &#124; b"],
    ["break emphasis", "**a** _b_ `c`", "&#42;&#42;a&#42;&#42; &#95;b&#95; &#96;c&#96;"],
    ["break a list at the start", "- a", "&#45; a"],
    ["break a numbered list at the start", "1. a", "1&#46; a"],
    ["keep a number at the start", "1.5 ms", "1.5 ms"],
    ["break a command at the start", "::error::x", "&#58;:error::x"],
    ["break a commit", "at 0123abc4567", `at 0123ab${ZW}c4567`],
    ["join lines", "a\r\nb", "a  b"],
  ])("%s", (_, given, expected) => {
    expect(text(given)).toBe(expected);
  });
});

describe("code in markdown", () => {
  it.each([
    ["uses back-ticks where they are safe", "a@b #1 <x>", "`a@b #1 <x>`"],
    ["uses a tag where back-ticks would close it", "a`b", "<code>a&#96;b</code>"],
    ["uses a tag where a pipe would end the cell", "a|b", "<code>a&#124;b</code>"],
    ["is nothing for nothing", " ", ""],
    ["breaks a hidden mark", "<!-- key -->", `\`<${ZW}!-- key -->\``],
  ])("%s", (_, given, expected) => {
    expect(code(given)).toBe(expected);
  });

  it("fences a log with a fence longer than any in it, and breaks commands", () => {
    expect(fence(["````", "::error::x", "a ##[group]b", "</details>"])).toBe(
      `\`\`\`\`\`text\n\`\`\`\`\n${ZW}::error::x\na ##${ZW}[group]b\n</details>\n\`\`\`\`\``,
    );
  });
});

describe("shortening", () => {
  const blocks = [
    { name: "", priority: 0, forms: ["verdict"] },
    { name: "rows", priority: 1, forms: ["r".repeat(100), "r".repeat(10)] },
    { name: "logs", priority: 2, forms: ["l".repeat(100)] },
  ];

  it.each([
    [1_000, `verdict\n\n${"r".repeat(100)}\n\n${"l".repeat(100)}`],
    [190, `verdict\n\n${"r".repeat(100)}\n\n_Shortened to fit: logs left out here and kept in the other reports._`],
    [120, `verdict\n\n${"r".repeat(10)}\n\n_Shortened to fit: part of rows, logs left out here and kept in the other reports._`],
    [5, "verd…"],
  ])("to %i units gives up the least important first", (limit, expected) => {
    expect(fit(blocks, limit)).toBe(expected);
  });

  it("never cuts a character in half", () => {
    expect(fit([{ name: "", priority: 0, forms: ["🦀🦀🦀"] }], 4)).toBe("🦀…");
  });
});

describe("text from logs", () => {
  it.each([
    ["loses colours and cursor movements", "\u001B[31mred\u001B[0m\u001B]0;title\u0007 x", "red x"],
    ["loses controls and line breaks", "a\u0000b\rc\nd", "a b c d"],
    ["loses bidirectional tricks", "a\u202Eb\u2066c", "a b c"],
    ["loses half characters", "a\uD800b", "a\uFFFDb"],
    ["keeps everything else", "Ünïcode 字 🦀", "Ünïcode 字 🦀"],
  ])("%s", (_, given, expected) => {
    expect(clean(given)).toBe(expected);
  });
});

describe("terminal columns", () => {
  it.each([
    ["abc", 3],
    ["字", 2],
    ["🦀", 2],
    ["e\u0301", 1],
    ["→", 1],
  ])("%s takes %i", (given, expected) => {
    expect(columns(given)).toBe(expected);
  });

  it("wraps at spaces and breaks only a word that is too long", () => {
    expect(wrap("one two threefourfive", 8)).toEqual(["one two", "threefou", "rfive"]);
    expect(fitColumns("字字字", 4)).toBe("字…");
  });
});

it("prefixes a name that no shell can assign with env", () => {
  expect(commandLine(["a"], { "X.Y": "1" })).toBe("env X.Y=1 a");
});
