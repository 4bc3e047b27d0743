import { drawLength, type Lengths } from "./lengths.ts";
import { between, seeded, type Random } from "./random.ts";
import type { WorkItem } from "./work-item.ts";

/** Random prompts of given lengths, or those of a file. Unless a prefix is shared on purpose, no two of a run share a beginning. */
export interface Prompts {
  /** Length asked for, in tokens, the shared prefix included. */
  readonly tokens: number;
  /** Name of the pass, such as `warm-up c=16`; part of every prompt's nonce. */
  readonly pass: string;
  /** How lengths differ from request to request; all are equal where absent. */
  readonly lengths?: Lengths;
  /** The first `tokens` of each prompt are one of `groups` beginnings, the same ones in every pass of a seed. */
  readonly prefix?: { readonly tokens: number; readonly groups: number };
  /** Prompts of a file, used in turn; their own lengths come before `tokens`. */
  readonly items?: readonly WorkItem[];
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
/** Tokens to a block of a trace's hash ids, as Mooncake's traces are cut. */
const BLOCK_TOKENS = 512;
/** Short everyday words: one token each in most vocabularies. */
const WORDS =
  "time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city name team minute idea body back parent face level office door health person art war history party result change morning reason research girl guy moment air teacher force education".split(
    " ",
  );

/** Length in tokens that the prompt of request `index` is meant to have; `undefined` where the file gives a text. */
export function promptLength(prompts: Prompts, seed: number, index: number): number | undefined {
  const item = itemOf(prompts, index);
  if (item?.prompt !== undefined) return typeof item.prompt === "string" ? item.inputTokens : item.prompt.length;
  if (item?.messages !== undefined) return item.inputTokens;
  if (item?.inputTokens !== undefined) return item.inputTokens;
  return prompts.lengths === undefined
    ? prompts.tokens
    : drawLength(prompts.tokens, prompts.lengths, seeded("length", seed, prompts.pass, index));
}

/** Token ids of request `index`; exactly as many as asked, at least 1. */
export function tokenPrompt(prompts: Prompts, seed: number, index: number): number[] {
  const length = Math.max(1, promptLength(prompts, seed, index) ?? prompts.tokens);
  const [from, to] = prompts.vocabulary ?? VOCABULARY;
  const draw = seeded("prompt", seed, prompts.pass, index);
  const ids = shared(prompts, seed, index, [from, to]);
  ids.push(...nonce(prompts, seed, index, to - from).map((digit) => from + digit));
  while (ids.length < length) ids.push(between(draw, from, to));
  return ids.slice(0, length);
}

/** Text of request `index`, roughly as long as asked. */
export function textPrompt(prompts: Prompts, seed: number, index: number): string {
  const draw = seeded("prompt", seed, prompts.pass, index);
  const length = promptLength(prompts, seed, index);
  const prefix = prefixText(prompts, seed, index);
  const count = promptWords({ ...prompts, tokens: length ?? prompts.tokens }) - 1 - words(prompts.ending) - words(prefix);
  // The tag leads, so that caches that match prefixes part at once.
  return `${prefix}${tag(draw)}${index} ${someWords(draw, count)}${prompts.ending ?? ""}`;
}

/** Words that a text prompt has, the request's own tag and the ending included. */
export function promptWords(prompts: Prompts): number {
  const wanted = Math.round(prompts.tokens * (prompts.wordsPerToken ?? WORDS_PER_TOKEN));
  return Math.max(wanted, 2 + words(prompts.ending));
}

/** What a file says of request `index`. */
export function itemOf({ items }: Prompts, index: number): WorkItem | undefined {
  return items === undefined || items.length === 0 ? undefined : items[index % items.length];
}

function shared(prompts: Prompts, seed: number, index: number, [from, to]: readonly [number, number]): number[] {
  const blocks = itemOf(prompts, index)?.blocks ?? [];
  // The last block of a trace's request is its own and usually not full; the rest is what requests share.
  const ids = blocks.slice(0, -1).flatMap((block) => run(seeded("block", seed, block), BLOCK_TOKENS, from, to));
  const { prefix } = prompts;
  if (prefix === undefined) return ids;
  return [...run(seeded("prefix", seed, index % prefix.groups), prefix.tokens, from, to), ...ids];
}

function run(draw: Random, count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, () => between(draw, from, to));
}

function prefixText({ prefix, wordsPerToken = WORDS_PER_TOKEN }: Prompts, seed: number, index: number): string {
  if (prefix === undefined) return "";
  return `${someWords(seeded("prefix", seed, index % prefix.groups), Math.round(prefix.tokens * wordsPerToken))} `;
}

function someWords(draw: Random, count: number): string {
  return Array.from({ length: Math.max(0, count) }, () => WORDS[between(draw, 0, WORDS.length)]).join(" ");
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
