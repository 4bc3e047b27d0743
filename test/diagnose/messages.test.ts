import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose, watch } from "../../src/diagnose/index.ts";

const CORPUS = resolve(import.meta.dirname, "../corpus");
const linesOf = (file: string): string[] =>
  readFileSync(resolve(CORPUS, file), "utf8")
    .split("\n")
    .filter((line) => line !== "");

const messages = linesOf("messages.jsonl").map((line) => JSON.parse(line) as { readonly class: string; readonly text: string });
const benign = linesOf("benign.txt");
const WRAPPER = "(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}";

describe("messages of engines, libraries and the system", () => {
  it("are each told for what they are", () => {
    const wrong = messages.filter((message) => diagnose(message.text.split("\n")).class !== message.class);
    expect(wrong).toEqual([]);
  });

  it("are still told among the noise of a start-up and under a wrapper", () => {
    const wrong = messages.filter((message) => diagnose([...benign, ...message.text.split("\n"), WRAPPER]).class !== message.class);
    expect(wrong).toEqual([]);
  });
});

describe("warnings of a good start-up", () => {
  it("are no failure, one by one or together, and end no start-up", () => {
    expect(benign.filter((line) => diagnose([line]).class !== "healthy")).toEqual([]);
    expect(benign.filter((line) => watch().push(line) !== undefined)).toEqual([]);
    expect(diagnose(benign).class).toBe("healthy");
  });
});
