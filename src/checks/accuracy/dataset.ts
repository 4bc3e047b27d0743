import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import arithmetic from "./arithmetic.json" with { type: "json" };
import { extractNumber } from "./extract.ts";

export interface Question {
  readonly id: string;
  readonly question: string;
  /** The number expected. */
  readonly answer: string;
}

export type Dataset = { readonly ok: true; readonly questions: readonly Question[] } | { readonly ok: false; readonly reason: string };

/** What joins with what: the built-in name, or a file's name without its ending. */
export function datasetName(dataset: string): string {
  return basename(dataset).replace(/\.jsonl?$/, "");
}

/** The built-in questions, or those of a JSONL file of `{id, question, answer}`; an answer may end in `#### N` as GSM8K's do. */
export async function readDataset(dataset: string, baseDir: string): Promise<Dataset> {
  if (dataset === "arithmetic") return { ok: true, questions: arithmetic };
  const path = resolve(baseDir, dataset);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    return { ok: false, reason: `cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
  const lines = text.split("\n").map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const questions: Question[] = [];
  for (const { line, number } of lines.filter(({ line }) => line !== "")) {
    const question = readQuestion(line, number);
    if (question === undefined)
      return { ok: false, reason: `${path}:${number} is not {"id", "question", "answer"} with a number as answer` };
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
  const { id = `line-${number}`, question, answer } = (row ?? {}) as Record<string, unknown>;
  const expected = typeof answer === "string" || typeof answer === "number" ? extractNumber(String(answer)) : undefined;
  if (typeof question !== "string" || question === "" || expected === undefined) return undefined;
  return typeof id === "string" || typeof id === "number" ? { id: String(id), question, answer: expected } : undefined;
}
