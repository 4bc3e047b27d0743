import type { CellRecord, GreedyAnswers, GreedyDivergence } from "../model/index.ts";
import { fisherExact, quantile, sorted } from "../stats/index.ts";
import { nearestToAll } from "./nearest.ts";

/** So small a p is taken for a difference. */
const ALPHA = 0.001;

/**
 * Whose greedy answers are other ones than the baseline's for the same cell, and within the run than those of the cell that is nearest to all
 * others. Sound servers part too, where two tokens are nearly as likely, so a difference is one only against how often each differs from
 * itself, and other kernels may part more often than that: only where half of the plain questions are answered otherwise is it one for sure.
 */
export function greedyDivergences(
  heads: readonly CellRecord[],
  pairs: readonly (readonly [head: CellRecord, base: CellRecord])[],
): GreedyDivergence[] {
  const overTime = pairs.flatMap(([head, base]) => against(head, base, "baseline"));
  const answered = heads.filter((cell) => greedyOf(cell) !== undefined);
  const middle = nearestToAll(answered, (one, other) => against(one, other, "")[0]?.differing);
  const acrossCells =
    middle === undefined ? [] : answered.filter((cell) => cell !== middle).flatMap((cell) => against(cell, middle, middle.cell.id));
  return [...overTime, ...acrossCells];
}

function against(cell: CellRecord, reference: CellRecord, name: string): GreedyDivergence[] {
  const [head, base] = [greedyOf(cell), greedyOf(reference)];
  if (head === undefined || base === undefined) return [];
  const before = new Map(base.texts.map(({ id, text }) => [id, text]));
  const both = head.texts.flatMap(({ id, text }) => {
    const then = before.get(id);
    return then === undefined ? [] : [{ id, same: then === text, common: commonWords(then, text) }];
  });
  if (both.length === 0) return [];
  const ids = new Set(both.map(({ id }) => id));
  const unstable = [...head.unstable, ...base.unstable].filter((id) => ids.has(id)).length;
  const parted = both.filter(({ same }) => !same);
  const plain = both.filter(({ id }) => id.startsWith("question-"));
  const p = fisherExact(parted.length, both.length, unstable, 2 * both.length);
  const half = plain.length > 0 && plain.filter(({ same }) => !same).length * 2 >= plain.length;
  const partAfter = quantile(sorted(parted.map(({ common }) => common)), 0.5);
  return [
    {
      cell: cell.cell.id,
      against: name,
      prompts: both.length,
      differing: parted.length,
      ...(partAfter === undefined ? {} : { partAfter }),
      unstable,
      p,
      state: p >= ALPHA ? "same" : half ? "different" : "uncertain",
    },
  ];
}

/** Those of the first launch that has any. */
function greedyOf({ launches }: CellRecord): GreedyAnswers | undefined {
  return launches.flatMap(({ checks }) => checks.flatMap(({ greedy }) => (greedy === undefined ? [] : [greedy])))[0];
}

function commonWords(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split(/\s+/));
  const parted = (a ?? []).findIndex((word, i) => word !== b?.[i]);
  return parted < 0 ? (a?.length ?? 0) : parted;
}
