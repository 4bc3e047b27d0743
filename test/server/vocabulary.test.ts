import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { vocabularyOf } from "../../src/server/vocabulary.ts";

describe("the vocabulary of a model", () => {
  it("of our tiny model is what its folder says", () => {
    expect(vocabularyOf(resolve(import.meta.dirname, "../tiny-llama/model"))).toEqual([102, 411]);
  });

  // Rows: config.json · token ids
  it.each([
    ['{"vocab_size": 151936}', [1000, 30000]],
    ['{"text_config": {"vocab_size": 20000}}', [1000, 20000]],
    ['{"vocab_size": "many"}', undefined],
    ["{", undefined],
  ] as const)("with %s is %j", (text, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "servegate-vocabulary-"));
    writeFileSync(join(folder, "config.json"), text);
    expect(vocabularyOf(folder)).toEqual(expected);
  });

  it("of a model by name is not guessed", () => {
    expect(vocabularyOf("Qwen/Qwen3-8B")).toBeUndefined();
  });
});
