import { deflateRawSync } from "node:zlib";

/**
 * Why a text cannot be the answer of a sound model, or `undefined`. Written for answers to plain questions: on random prompts a
 * sound model may well repeat itself, so there only `constantRun` is evidence.
 *
 * The detectors follow failures seen in the field: token 0 over and over after NaN logits prints `!!!!` (vllm#13035, sglang#24321);
 * broken attention repeats one word; sampling from sanitised NaN logits gives a salad of languages (sglang#33187).
 */
export function garbage(text: string): string | undefined {
  if (text.trim() === "") return "empty";
  return constantRun(text) ?? shortLoop(text) ?? salad(text) ?? tooRegular(text);
}

/** One character over and over, for most of the text: `!!!!!!!!`. */
export function constantRun(text: string): string | undefined {
  const runs = [...text.matchAll(/(\S)(?:\s?\1){15,}/gu)];
  const longest = runs.reduce((best, [run]) => Math.max(best, run.length), 0);
  if (longest * 2 <= text.trim().length) return undefined;
  return `${quote(runs.find(([run]) => run.length === longest)?.[1] ?? "")} repeated ${longest} times`;
}

/** A group of one to four words that follows itself for most of the text. Longer loops are normal for base models at temperature 0. */
function shortLoop(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length < 12) return undefined;
  for (const size of [1, 2, 3, 4]) {
    const { length, end } = longestPeriod(words, size);
    if (length >= 12 && length * 3 > words.length * 2)
      return `${quote(words.slice(end - size, end).join(" "))} repeated ${Math.floor(length / size)} times`;
  }
  return undefined;
}

/** Longest stretch in which every word equals the one `size` words before it. */
function longestPeriod(words: readonly string[], size: number): { length: number; end: number } {
  let best = { length: 0, end: 0 };
  let length = size;
  for (let i = size; i < words.length; i += 1) {
    length = words[i] === words[i - size] ? length + 1 : size;
    if (length > best.length) best = { length, end: i + 1 };
  }
  return best;
}

const SCRIPTS = ["Latin", "Cyrillic", "Han", "Hangul", "Arabic", "Hebrew", "Thai", "Devanagari", "Greek"].map(
  (name) => new RegExp(`\\p{Script=${name}}`, "gu"),
);

/** Three or more scripts with a twentieth of the letters each, or many characters that are no text at all. */
function salad(text: string): string | undefined {
  const broken = text.match(/[\uFFFD\u0000-\u0008]/g)?.length ?? 0;
  if (broken * 10 > text.length) return `${broken} of ${text.length} characters are no text`;
  const counts = SCRIPTS.map((script) => text.match(script)?.length ?? 0);
  const letters = counts.reduce((sum, count) => sum + count, 0);
  const mixed = counts.filter((count) => count >= 3 && count * 20 >= letters).length;
  return mixed >= 3 ? `${mixed} scripts mixed` : undefined;
}

/** Deflate leaves a fifteenth of it or less; prose leaves a third to a half, a loop of a sentence a tenth. */
function tooRegular(text: string): string | undefined {
  const bytes = Buffer.from(text);
  if (bytes.length < 400) return undefined;
  const share = deflateRawSync(bytes).length / bytes.length;
  return share < 1 / 15 ? `compresses to ${(share * 100).toFixed(1)} % of its length` : undefined;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
