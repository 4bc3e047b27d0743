import type { AccuracyConfig } from "../../model/index.ts";
import { readDataset, type Question } from "./dataset.ts";
import { questionText } from "./grade.ts";
import type { Fetching } from "./source.ts";

export type Shots = { readonly ok: true; readonly prefix: string } | { readonly ok: false; readonly reason: string };

/**
 * Solved examples that stand before every question, from a file of their own. An example that is asked itself would leak its answer into the
 * score, so then nothing is asked.
 */
export async function readShots({ shots }: AccuracyConfig, questions: readonly Question[], at: Fetching): Promise<Shots> {
  if (shots === undefined) return { ok: true, prefix: "" };
  const source = await readDataset(shots.from, at, shots.sha256);
  if (!source.ok) return { ok: false, reason: `the solved examples cannot be had: ${source.reason}` };
  const asked = new Set(questions.map(({ question }) => normal(question)));
  const leaked = source.questions.find(({ question }) => asked.has(normal(question)));
  if (leaked !== undefined)
    return { ok: false, reason: `${shots.from} is no set of examples: its ${leaked.id} is asked too, which would tell the answer` };
  const solved = source.questions.filter(({ worked }) => worked !== undefined).slice(0, shots.count);
  if (solved.length < shots.count)
    return { ok: false, reason: `${shots.from} has ${solved.length} solved examples where ${shots.count} are wanted` };
  return { ok: true, prefix: solved.map((each) => `Question: ${questionText(each)}\nAnswer: ${each.worked ?? ""}\n\n`).join("") };
}

function normal(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}
