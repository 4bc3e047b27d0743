import { type CellDivergence, type CellRecord, KL_BROKEN, KL_NOISE, type SequenceScores } from "../model/index.ts";
import { divergence, diverges, type Divergence, type ScoredPair } from "../stats/index.ts";
import { nearestToAll } from "./nearest.ts";

/**
 * How far the log-probabilities of fixed texts lie from the baseline's for the same cell, and within the run from those of the cell that is
 * nearest to all others. What prefill and decode get wrong alike shows only here. Two cells alone cannot tell which of them is wrong, so
 * within the run it takes three.
 */
export function divergences(
  heads: readonly CellRecord[],
  pairs: readonly (readonly [head: CellRecord, base: CellRecord])[],
): CellDivergence[] {
  const overTime = pairs.flatMap(([head, base]) => against(head, base, "baseline"));
  const scored = heads.filter((cell) => scoresOf(cell).length > 0);
  const middle = nearestToAll(scored, (one, other) => between(one, other)?.kl);
  const acrossCells =
    middle === undefined ? [] : scored.filter((cell) => cell !== middle).flatMap((cell) => against(cell, middle, middle.cell.id));
  return [...overTime, ...acrossCells];
}

function against(cell: CellRecord, reference: CellRecord, name: string): CellDivergence[] {
  const found = between(cell, reference);
  if (found === undefined) return [];
  const state = diverges(found, KL_BROKEN) ? "different" : found.kl > KL_NOISE ? "uncertain" : "same";
  return [
    {
      cell: cell.cell.id,
      against: name,
      kl: found.kl,
      worst: found.worst,
      p99: found.p99,
      tokens: found.tokens,
      sequences: found.sequences,
      state,
    },
  ];
}

/** `undefined` where they share no text that both tokenise alike. */
function between(cell: CellRecord, reference: CellRecord): Divergence | undefined {
  const known = new Map(scoresOf(reference).map((each) => [`${each.id} ${each.tokens}`, each.logprobs]));
  const pairs = scoresOf(cell).flatMap(({ id, tokens, logprobs }): ScoredPair[] => {
    const before = known.get(`${id} ${tokens}`);
    return before?.length === logprobs.length ? [{ before, after: logprobs }] : [];
  });
  return divergence(pairs, KL_NOISE);
}

/** Those of the first launch that has any; the same launch of the same build gives the same within the noise. */
function scoresOf({ launches }: CellRecord): readonly SequenceScores[] {
  return launches.flatMap(({ checks }) => checks.flatMap(({ scores }) => (scores === undefined ? [] : [scores])))[0] ?? [];
}
