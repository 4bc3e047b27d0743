import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import arithmetic from "./arithmetic.json" with { type: "json" };
import { extractNumber } from "./extract.ts";
import { flawOf, letter, type Question } from "./grade.ts";

export type { Question } from "./grade.ts";

export type Dataset = { readonly ok: true; readonly questions: readonly Question[] } | { readonly ok: false; readonly reason: string };

/** What joins with what: the built-in name, or a file's name without its ending. */
export function datasetName(dataset: string): string {
  return basename(dataset).replace(/\.jsonl?$/, "");
}

/**
 * The built-in questions, or those of a JSONL file. A line is `{id, question, answer}` with a number as answer, which may end in
 * `#### N` as GSM8K's do; or `{id, question, choices, answer}` with a letter or an index from 0; or `{id, question, schema}`. With a
 * checksum, a file that is another one is not asked.
 */
export async function readDataset(dataset: string, baseDir: string, sha256?: string): Promise<Dataset> {
  if (dataset === "arithmetic") return { ok: true, questions: arithmetic };
  const path = resolve(baseDir, dataset);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { ok: false, reason: `cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== undefined && sum !== sha256.toLowerCase())
    return { ok: false, reason: `${path} is not the file that was agreed on: its SHA-256 is ${sum}, the configuration says ${sha256}` };
  return parseDataset(bytes.toString(), path);
}

function parseDataset(text: string, path: string): Dataset {
  const lines = text.split("\n").map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const questions: Question[] = [];
  for (const { line, number } of lines.filter(({ line }) => line !== "")) {
    const question = readQuestion(line, number);
    if (question === undefined)
      return {
        ok: false,
        reason: `${path}:${number} is not {"id", "question", "answer"} with a number as answer, nor has it choices or a schema`,
      };
    const flaw = flawOf(question);
    if (flaw !== undefined) return { ok: false, reason: `${path}:${number}: ${flaw}` };
    questions.push(question);
  }
  if (new Set(questions.map(({ id }) => id)).size < questions.length) return { ok: false, reason: `${path} has two questions with one id` };
  return questions.length === 0 ? { ok: false, reason: `${path} has no questions` } : { ok: true, questions };
}

function readQuestion(line: string, number: number): Question | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { id = `line-${number}`, question, answer, choices, schema } = (row ?? {}) as Record<string, unknown>;
  if (typeof question !== "string" || question === "" || (typeof id !== "string" && typeof id !== "number")) return undefined;
  const common = { id: String(id), question };
  if (isObject(schema)) return { ...common, answer: "", schema };
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === "string")) {
    if (typeof answer !== "string" && typeof answer !== "number") return undefined;
    return { ...common, choices, answer: typeof answer === "number" ? letter(answer) : answer.trim().toUpperCase() };
  }
  const expected = typeof answer === "string" || typeof answer === "number" ? extractNumber(String(answer)) : undefined;
  return expected === undefined ? undefined : { ...common, answer: expected };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
