import type { Answer } from "../model/index.ts";
import { mcnemarMidP, mean, meanInterval, pairedDifference, pairedPopulationDifference } from "../stats/index.ts";
import { differenceNumbers, type Numbers } from "./numbers.ts";
import type { Row } from "./rows.ts";

/**
 * Accuracy on the questions that both sides answered, in points; `undefined` where none can be paired. An answer that ended in an error
 * is left out of the pair, and `n` counts what each side answered, so that the judge sees when questions went unanswered.
 *
 * One launch a side: the exact interval that belongs to McNemar's test. Several: each question's share of right answers is paired, with
 * a t interval over questions, cut likewise at what the questions that got worse, or better, add up to. Where the asking was stopped early the
 * interval is the one that it was stopped on, which speaks for the questions that were left out too.
 */
export function pairedChange(base: Row, head: Row): Numbers | undefined {
  const [before, after] = [shares(base), shares(head)];
  const differences = [...before].flatMap(([id, share]) => {
    const now = after.get(id);
    return now === undefined ? [] : [{ share, now, difference: now - share }];
  });
  if (differences.length === 0) return undefined;
  const single = base.values.length === 1 && head.values.length === 1;
  const stoppedAt = head.values.find((each) => each.stoppedAt !== undefined)?.stoppedAt;
  const found = differences.map((each) => each.difference);
  const interval = single ? (stoppedAt === undefined ? exact(found) : beyondThese(found, stoppedAt)) : overQuestions(found, stoppedAt);
  const percent = (values: readonly number[]): number => 100 * (mean(values) ?? Number.NaN);
  return {
    ...differenceNumbers(
      percent(differences.map((each) => each.share)),
      percent(differences.map((each) => each.now)),
      interval && { low: 100 * interval.low, high: 100 * interval.high },
    ),
    certainty: interval === undefined ? "none" : "paired-questions",
    ...(single ? { lossP: mcnemarMidP(found.filter((each) => each < 0).length, found.filter((each) => each > 0).length) } : {}),
    n: { base: stoppedAt === undefined ? before.size : differences.length, head: after.size },
  };
}

/** Question → share of launches that answered it right, errors left out. */
function shares(row: Row): Map<string, number> {
  const marks = new Map<string, number[]>();
  for (const { id, outcome } of row.values.flatMap(({ answers }): readonly Answer[] => answers ?? [])) {
    if (outcome !== "error") marks.set(id, [...(marks.get(id) ?? []), outcome === "right" ? 1 : 0]);
  }
  return new Map([...marks].map(([id, given]) => [id, mean(given) ?? 0]));
}

function exact(differences: readonly number[]): { low: number; high: number } {
  const worse = differences.filter((difference) => difference < 0).length;
  const better = differences.filter((difference) => difference > 0).length;
  return pairedDifference(worse, better, differences.length);
}

function beyondThese(differences: readonly number[], confidence: number): { low: number; high: number } {
  const worse = differences.filter((difference) => difference < 0).length;
  const better = differences.filter((difference) => difference > 0).length;
  return pairedPopulationDifference(worse, better, differences.length, confidence);
}

function overQuestions(differences: readonly number[], confidence = 0.95): { low: number; high: number } | undefined {
  const interval = meanInterval(differences, confidence);
  // Questions that were never asked could have got worse too, so nothing is cut where some were left out.
  if (confidence !== 0.95) return interval;
  const worse = mean(differences.map((difference) => Math.min(0, difference))) ?? 0;
  const better = mean(differences.map((difference) => Math.max(0, difference))) ?? 0;
  return interval && { low: Math.max(worse, interval.low), high: Math.min(better, interval.high) };
}
