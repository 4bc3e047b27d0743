import { hashNumbers } from "../hash.ts";

const WORDS =
  "the a small river turns slowly past our quiet mill and every morning people walk across its wooden bridge to open their shops while bread cools on long tables near windows where children wait for first light before school some carry lamps others carry baskets of fruit from gardens behind old stone walls that keep warm after sunset when music drifts over roofs toward hills full of pine".split(
    " ",
  );

/** Fluent pieces without meaning, seeded: the same seed gives the same text, however much of it is asked for. */
export function fillerPieces(seed: number, count: number): string[] {
  const result: string[] = [];
  let sentence = 0;
  let left = 0;
  while (result.length < count) {
    if (left === 0) {
      if (sentence > 0) result.push(".");
      left = 7 + (hashNumbers(seed, sentence, -1) % 6);
      sentence += 1;
      if (result.length === count) break;
    }
    const word = WORDS[hashNumbers(seed, sentence, left) % WORDS.length] ?? "the";
    const starts = result.length === 0 || result.at(-1) === ".";
    result.push(` ${starts ? word.charAt(0).toUpperCase() + word.slice(1) : word}`);
    left -= 1;
  }
  return result;
}
