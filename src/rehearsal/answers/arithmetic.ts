/** A word problem's worked steps and its result. */
export interface Worked {
  /** `12 + 7 = 19. 19 - 4 = 15.` */
  readonly steps: string;
  readonly answer: number;
  /** The problem alone, without what came before it. */
  readonly problem: string;
}

const OPENING = /\b(\p{L}+) has (\d+) (?:(?:boxes|bags|packs|rows) (?:with|of) (\d+) )?\p{L}+(?: in each)?\./gu;
const GAIN = /\b(?:buys|finds|gets|receives|wins|gives \p{Lu}\p{L}*) (\d+)(?: more)?\b/u;
const LOSS = /\b(?:gives away|loses|sells|eats|uses|breaks) (\d+)\b/u;

/**
 * Read and solve the last word problem in a text: "Tom has 12 apples. He buys 7 more. He gives away 4. How many…". Examples
 * that come before it, each with its answer, are passed over. Nothing is looked up; undefined when there is no such problem.
 */
export function solve(text: string): Worked | undefined {
  const opening = [...text.matchAll(OPENING)].at(-1);
  if (opening === undefined) return undefined;
  const story = text.slice(opening.index + opening[0].length);
  const question = /\bHow many\b/.exec(story);
  if (question === null) return undefined;
  const steps: string[] = [];
  let value = Number(opening[2]);
  const step = (operator: string, operand: number, result: number): void => {
    steps.push(`${value} ${operator} ${operand} = ${result}.`);
    value = result;
  };
  if (opening[3] !== undefined) step("*", Number(opening[3]), value * Number(opening[3]));
  for (const sentence of story.slice(0, question.index).split(".")) {
    const loss = LOSS.exec(sentence);
    const gain = loss === null ? GAIN.exec(sentence) : null;
    if (loss !== null) step("-", Number(loss[1]), value - Number(loss[1]));
    if (gain !== null) step("+", Number(gain[1]), value + Number(gain[1]));
  }
  return { steps: steps.join(" "), answer: value, problem: text.slice(opening.index, opening.index + opening[0].length + question.index) };
}
