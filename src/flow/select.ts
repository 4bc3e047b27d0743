import { closest } from "fastest-levenshtein";
import type { Parsed } from "../model/index.ts";
import type { Prepared } from "./prepare.ts";

/** Keeps only the named cells of a plan, for a job that runs one cell of many. An unknown id is a Problem; an empty list keeps all. */
export function selectCells(prepared: Prepared, ids: readonly string[]): Parsed<Prepared> {
  if (ids.length === 0) return { ok: true, value: prepared };
  const known = prepared.plan.cells.map(({ cell }) => cell.id);
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    return {
      ok: false,
      problems: unknown.map((id) => ({
        path: "cell",
        message: `no cell is called "${id}"`,
        hint: `Did you mean "${closest(id, known)}"? "servegate plan" lists all ${known.length}.`,
      })),
    };
  }
  const { plan } = prepared;
  const others = plan.cells.filter(({ cell }) => !ids.includes(cell.id)).map(({ cell }) => cell);
  const left = others.map((cell) => ({ cell, kind: "other-job", reason: "another job runs it" }) as const);
  const cells = plan.cells.filter(({ cell }) => ids.includes(cell.id));
  return { ok: true, value: { ...prepared, plan: { ...plan, cells, skipped: [...plan.skipped, ...left] } } };
}
