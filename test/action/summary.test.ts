import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { writeSummary } from "../../src/action/channels.ts";
import { hostileStory, viewOf, wide } from "../fakes/views.ts";

/** Above this many bytes GitHub drops a summary whole. */
const LIMIT = 1024 * 1024;

// The toolkit asks for the file once and remembers it.
const file = join(mkdtempSync(join(tmpdir(), "servegate-summary-")), "summary");
const before = process.env["GITHUB_STEP_SUMMARY"];
process.env["GITHUB_STEP_SUMMARY"] = file;

beforeEach(() => writeFileSync(file, ""));

afterAll(() => {
  if (before === undefined) delete process.env["GITHUB_STEP_SUMMARY"];
  else process.env["GITHUB_STEP_SUMMARY"] = before;
});

it.each([
  ["a wide matrix", wide(256), 0],
  ["long names of three bytes a character", wide(256, "測".repeat(900)), LIMIT / 2],
  ["long names of four bytes a character", wide(256, "🦀".repeat(450)), LIMIT / 2],
  ["hostile text", hostileStory("🦀𝟙".repeat(900)), 0],
])("the job summary of %s stays below a mebibyte of UTF-8 and keeps its verdict", async (_name, story, least) => {
  await writeSummary(viewOf(story));
  const bytes = readFileSync(file);
  expect(bytes.length).toBeLessThan(LIMIT);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  expect(text.isWellFormed()).toBe(true);
  expect(text.startsWith("## ")).toBe(true);
  // It is shortened no further than it must be.
  expect(bytes.length).toBeGreaterThan(least);
});
