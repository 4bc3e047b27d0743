import type { CellRecord } from "../model/index.ts";

export interface Joined {
  /** Cells of both runs, this run's first. */
  readonly pairs: readonly (readonly [CellRecord, CellRecord])[];
  readonly added: readonly CellRecord[];
  readonly gone: readonly CellRecord[];
  readonly notes: readonly string[];
}

/**
 * Joins cells by fingerprint, so that a renamed cell keeps its history; by id only where one side carries no fingerprint. A cell of the
 * same id and another fingerprint was launched with other flags: it is new, and the note says so.
 */
export function join(heads: readonly CellRecord[], bases: readonly CellRecord[]): Joined {
  const pairs: (readonly [CellRecord, CellRecord])[] = [];
  const added: CellRecord[] = [];
  const notes: string[] = [];
  for (const head of heads) {
    const base = bases.find((each) => same(head, each));
    if (base !== undefined) pairs.push([head, base]);
    else added.push(head);
    if (base === undefined && bases.some((each) => each.cell.id === head.cell.id)) {
      notes.push(`${head.cell.id} was launched with other flags than on the baseline and starts a new history`);
    }
  }
  const taken = new Set(pairs.map(([, base]) => base));
  return { pairs, added, gone: bases.filter((base) => !taken.has(base)), notes };
}

function same(head: CellRecord, base: CellRecord): boolean {
  const [here, there] = [head.cell.fingerprint, base.cell.fingerprint];
  return here === "" || there === "" ? head.cell.id === base.cell.id : here === there;
}
