import { describe, expect, it } from "vitest";
import { garbage } from "../../src/checks/index.ts";
import arithmetic from "../../src/checks/accuracy/arithmetic.json" with { type: "json" };

const sentence = "The capital of France is Paris, which lies on the Seine. ";

describe("garbage detectors", () => {
  it.each([
    ["nothing", "  \n", "empty"],
    ["token 0 over and over", "!".repeat(48), '"!" repeated 48 times'],
    ["the same after a good start", `The answer${"!".repeat(48)}`, '"!" repeated 48 times'],
    ["spaced characters", "+ ".repeat(30), '"+" repeated 59 times'],
    ["one word over and over", " the".repeat(40), '"the" repeated 40 times'],
    ["a group of words over and over", "to be or not ".repeat(12), '"to be or not" repeated 12 times'],
    ["a salad of languages", "The ответ 答案是 कहाँ the значит 我们 कहाँ", "4 scripts mixed"],
    ["characters that are no text", "ab\uFFFD\uFFFDcd\uFFFD", "3 of 7 characters are no text"],
    ["a long loop of one phrase", "when the moon shines on the wide sea ".repeat(60), "compresses to 2.4 % of its length"],
  ])("find %s", (_, text, reason) => {
    expect(garbage(text)).toBe(reason);
  });

  it.each([
    ["a short answer", "Paris"],
    ["a number", "#### 33"],
    ["an answer with its steps", "3 * 7 = 21. 21 + 12 = 33. #### 33"],
    ["a sentence that a base model says a few times", sentence.repeat(4)],
    ["a table with rules", "| a | b |\n|------------------|---------|\n| 1 | 2 |\nThe table lists one row for each of the two values."],
    ["another language", "Die Hauptstadt von Frankreich ist Paris. 首都是巴黎。"],
    ["code", "for (let i = 0; i < 10; i += 1) {\n  total += values[i] ?? 0;\n}\n"],
    ["all the questions of a dataset", arithmetic.map(({ question }) => question).join("\n")],
  ])("let pass %s", (_, text) => {
    expect(garbage(text)).toBeUndefined();
  });
});
