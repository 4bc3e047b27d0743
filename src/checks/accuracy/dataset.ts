import { basename } from "node:path";
import arithmetic from "./arithmetic.json" with { type: "json" };
import { flawOf, type Question } from "./grade.ts";
import { readQuestion } from "./read-question.ts";
import { datasetBytes, type Fetching } from "./source.ts";
import { readTable } from "./table.ts";

export type { Question } from "./grade.ts";

export type Dataset = { readonly ok: true; readonly questions: readonly Question[] } | { readonly ok: false; readonly reason: string };

/** What joins with what: the built-in name, or a file's name without its ending. */
export function datasetName(dataset: string): string {
  return basename(dataset).replace(/\.(jsonl?|csv)$/, "");
}

/**
 * The built-in questions, those of a file, or those of a file on the Hugging Face hub. A row is `{id, question, answer}` with a number as
 * answer, which may end in `#### N` as GSM8K's do; `{id, question, choices, answer}` with a letter or an index from 0, as MMLU's; GPQA's columns;
 * `{id, question, schema}`; `{id, question, tools}`; or HumanEval's. Anything wrong with any row is the reason why none is asked.
 */
export async function readDataset(dataset: string, at: Fetching, sha256?: string): Promise<Dataset> {
  if (dataset === "arithmetic") return { ok: true, questions: arithmetic };
  const found = await datasetBytes(dataset, at, sha256);
  if (!found.ok) return found;
  const table = readTable(found.bytes, found.from);
  if (!table.ok) return table;
  const questions: Question[] = [];
  for (const written of table.rows) {
    const question = readQuestion(written);
    const flaw = typeof question === "string" ? question : flawOf(question);
    if (typeof question === "string" || flaw !== undefined) return { ok: false, reason: `${found.from}:${written.line}: ${flaw ?? ""}` };
    questions.push(question);
  }
  if (new Set(questions.map(({ id }) => id)).size < questions.length)
    return { ok: false, reason: `${found.from} has two questions with one id` };
  return questions.length === 0 ? { ok: false, reason: `${found.from} has no questions` } : { ok: true, questions };
}
