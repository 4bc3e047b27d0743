import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Answer } from "../../model/index.ts";
import { readTable, type Written } from "./table.ts";

export type Results = { readonly ok: true; readonly answers: readonly Answer[] } | { readonly ok: false; readonly reason: string };

const SCORES = ["right", "correct", "is_correct", "passed", "exact_match", "acc", "score"];
const LISTS = ["answers", "results", "samples", "questions"];

/**
 * Results per question from a file, or from the only such file under a folder: JSON Lines, a JSON list, or an object with one. Each has an id and
 * `outcome` (right, wrong, error) or a score of 0 or 1. Of lm-evaluation-harness the samples of `task` are read; where a task scores answers by
 * several filters, by the first it names.
 */
export async function readResults(place: string, task?: string): Promise<Results> {
  const file = await resultsFile(place, task);
  if (!file.ok) return file;
  const bytes = await readFile(file.path).catch((error: NodeJS.ErrnoException) => error.code ?? "unreadable");
  if (typeof bytes === "string") return { ok: false, reason: `${file.path} cannot be read: ${bytes}` };
  const table = readTable(Buffer.from(listIn(bytes.toString())), file.path);
  if (!table.ok) return table;
  const filter = table.rows[0]?.row["filter"];
  const rows = table.rows.filter(({ row }) => row["filter"] === filter);
  const answers: Answer[] = [];
  for (const written of rows) {
    const answer = answerOf(written);
    if (answer === undefined)
      return { ok: false, reason: `${file.path}:${written.line} has no id with an outcome, or a score of 0 or 1 as ${SCORES.join(", ")}` };
    answers.push(answer);
  }
  if (answers.length === 0) return { ok: false, reason: `${file.path} has no results` };
  if (new Set(answers.map(({ id }) => id)).size < answers.length) return { ok: false, reason: `${file.path} has two results with one id` };
  return { ok: true, answers };
}

async function resultsFile(place: string, task: string | undefined): Promise<{ ok: true; path: string } | { ok: false; reason: string }> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return { ok: false, reason: `there are no results at ${place}` };
  if (found.isFile()) return { ok: true, path: place };
  const names = await readdir(place, { recursive: true });
  const wanted = task === undefined ? /\.jsonl?$/ : new RegExp(`(^|/)samples_${task.replaceAll(/[^\w-]/g, ".")}_[^/]*\\.jsonl$`);
  const files = names.filter((name) => wanted.test(name)).sort();
  const [only] = files;
  if (only === undefined || files.length > 1)
    return {
      ok: false,
      reason: `${files.length} files of results were written${task === undefined ? "" : ` for ${task}`}; there must be one`,
    };
  return { ok: true, path: join(place, only) };
}

/** The list inside an object such as `{"answers": [...]}`; the text itself where it is a list or lines. */
function listIn(text: string): string {
  try {
    const whole: unknown = JSON.parse(text);
    const key = LISTS.find((name) => Array.isArray((whole as Readonly<Record<string, unknown>> | null)?.[name]));
    return key === undefined ? text : JSON.stringify((whole as Readonly<Record<string, unknown>>)[key]);
  } catch {
    return text;
  }
}

function answerOf({ row }: Written): Answer | undefined {
  const id = row["id"] ?? row["question_id"] ?? row["task_id"] ?? row["doc_id"];
  if (typeof id !== "string" && typeof id !== "number") return undefined;
  const { outcome } = row;
  if (outcome === "right" || outcome === "wrong" || outcome === "error") return { id: String(id), outcome };
  const score = SCORES.map((name) => row[name]).find((each) => each === 0 || each === 1 || typeof each === "boolean");
  return score === undefined ? undefined : { id: String(id), outcome: score === 1 || score === true ? "right" : "wrong" };
}
