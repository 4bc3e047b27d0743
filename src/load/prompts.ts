import { between, seeded, type Random } from "./random.ts";

/** Random prompts of a given length. No two requests of a run share a beginning, so that prefix caches find nothing. */
export interface Prompts {
  /** Length asked for, in tokens. */
  readonly tokens: number;
  /** Name of the pass, such as `warm-up c=16`; part of every prompt's nonce. */
  readonly pass: string;
  /** Token ids to draw from, `[from, to)`. Default `[1000, 30000)`: beyond the special and byte tokens of the known vocabularies. */
  readonly vocabulary?: readonly [from: number, to: number];
  /** For text prompts: words to a token, as measured on this server; default 0.75. */
  readonly wordsPerToken?: number;
  /** For text prompts: what follows the random words; counts towards the length. */
  readonly ending?: string;
}

const VOCABULARY = [1_000, 30_000] as const;
/** A guess that holds for English and large vocabularies. */
const WORDS_PER_TOKEN = 0.75;
/** Short everyday words: one token each in most vocabularies. */
const WORDS =
  "time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city name team minute idea body back parent face level office door health person art war history party result change morning reason research girl guy moment air teacher force education".split(
    " ",
  );

/** Token ids of request `index`; exactly `prompts.tokens` of them, at least 1. */
export function tokenPrompt(prompts: Prompts, seed: number, index: number): number[] {
  const [from, to] = prompts.vocabulary ?? VOCABULARY;
  const draw = seeded("prompt", seed, prompts.pass, index);
  const ids = nonce(prompts, seed, index, to - from).map((digit) => from + digit);
  while (ids.length < prompts.tokens) ids.push(between(draw, from, to));
  return ids.slice(0, Math.max(1, prompts.tokens));
}

/** Text of request `index`, roughly `prompts.tokens` long. */
export function textPrompt(prompts: Prompts, seed: number, index: number): string {
  const draw = seeded("prompt", seed, prompts.pass, index);
  const count = promptWords(prompts) - 1 - words(prompts.ending);
  // The tag leads, so that caches that match prefixes part at once.
  return `${tag(draw)}${index} ${Array.from({ length: count }, () => WORDS[between(draw, 0, WORDS.length)]).join(" ")}${prompts.ending ?? ""}`;
}

/** Words that a text prompt has, the request's own tag and the ending included. */
export function promptWords(prompts: Prompts): number {
  const wanted = Math.round(prompts.tokens * (prompts.wordsPerToken ?? WORDS_PER_TOKEN));
  return Math.max(wanted, 2 + words(prompts.ending));
}

function words(text = ""): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

/**
 * The first digit is a bijection of `index` for the pass, so that no two requests of a pass begin with the same token while there are
 * enough tokens; the third tells passes apart.
 */
function nonce(prompts: Prompts, seed: number, index: number, size: number): number[] {
  const shift = between(seeded("nonce", seed, prompts.pass), 0, size);
  return [(index + shift) % size, Math.floor(index / size) % size, shift];
}

function tag(draw: Random): string {
  return Array.from({ length: 4 }, () => String.fromCharCode(between(draw, 97, 123))).join("");
}
