import type { AccuracyConfig, Answer } from "../../model/index.ts";
import { pairedPopulationDifference } from "../../stats/index.ts";
import { seedOf } from "./seed.ts";

/** Looks are taken when these shares of the questions are answered. */
const LOOKS = [0.25, 0.5, 0.75];
/**
 * So sure must a look be that stops, two-sided: the boundary of Haybittle (1971) and Peto et al. (1976). Three looks then add at most
 * 3 × 0.05 % to either one-sided error of the 95 % interval at the end, 2.5 %.
 */
export const LOOK_CONFIDENCE = 0.999;

export interface Stopping {
  /** Questions to answer before the next look. */
  readonly next: (answered: number) => number;
  /** What the answers so far settle, in words, or `undefined` where they do not. */
  readonly settled: (answers: readonly Answer[]) => string | undefined;
}

/** `undefined` where nothing may be stopped: not asked for, or no baseline to pair with. */
export function stopping({ stopEarly }: AccuracyConfig, before: readonly Answer[] | undefined, total: number): Stopping | undefined {
  if (stopEarly === undefined || before === undefined || before.length === 0) return undefined;
  const then = new Map(before.map(({ id, outcome }) => [id, outcome]));
  const margin = stopEarly.margin / 100;
  return {
    next: (answered) => LOOKS.map((share) => Math.ceil(share * total)).find((look) => look > answered) ?? total,
    settled(answers) {
      const pairs = answers.filter(({ id, outcome }) => outcome !== "error" && (then.get(id) ?? "error") !== "error");
      if (pairs.length === 0 || answers.some(({ outcome }) => outcome === "error")) return undefined;
      const worse = pairs.filter(({ id, outcome }) => outcome === "wrong" && then.get(id) === "right").length;
      const better = pairs.filter(({ id, outcome }) => outcome === "right" && then.get(id) === "wrong").length;
      const { low, high } = pairedPopulationDifference(worse, better, pairs.length, LOOK_CONFIDENCE);
      const counts = `${worse} lost and ${better} won of ${pairs.length} paired`;
      if (high < -margin) return `surely more than ${stopEarly.margin} points lost (${counts})`;
      return low > -margin ? `surely no more than ${stopEarly.margin} points lost (${counts})` : undefined;
    },
  };
}

/** In an order of its own, the same in every run: a benchmark sorted by subject must not be judged by its first ones. */
export function mixed<Question extends { readonly id: string }>(questions: readonly Question[]): Question[] {
  return questions
    .map((question) => ({ question, at: seedOf(question.id) }))
    .sort((a, b) => a.at - b.at)
    .map(({ question }) => question);
}
