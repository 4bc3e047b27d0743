import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attribute, effects, interactions } from "../attribute/index.ts";
import { compare, type Base } from "../compare/index.ts";
import { judge } from "../judge/index.ts";
import type { Comparison, RunRecord, Verdict } from "../model/index.ts";
import { formats, view, type View } from "../report/index.ts";

export interface Conclusion {
  readonly comparison: Comparison;
  readonly verdict: Verdict;
  readonly view: View;
}

/** Record and baseline → verdict and view. Pure: the same documents give the same bytes on any machine. */
export function conclude(record: RunRecord, base: Base): Conclusion {
  const comparison = compare(record, base);
  const judged = judge(record, comparison, attribute(record));
  const regressed = new Set(judged.cells.filter((cell) => cell.class === "regression").map(({ cell }) => cell));
  const [alone, together] = [effects(record, regressed), interactions(record)];
  const verdict = {
    ...judged,
    ...(alone.length === 0 ? {} : { effects: alone }),
    ...(together.length === 0 ? {} : { interactions: together }),
  };
  return { comparison, verdict, view: view(record, comparison, verdict) };
}

/** Writes every format as `report.<extension>` and resolves to the paths by format. */
export async function writeReports(conclusion: Conclusion, dir: string): Promise<Record<string, string>> {
  await mkdir(dir, { recursive: true });
  const paths: Record<string, string> = {};
  for (const format of formats) {
    const path = join(dir, `report.${format.extension}`);
    await writeFile(path, format.render(conclusion.view));
    paths[format.id] = path;
  }
  return paths;
}
