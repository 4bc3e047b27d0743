import { createHash } from "node:crypto";
import type { NumericsConfig, SequenceScores } from "../../model/index.ts";
import { random, type ScoredPair } from "../../stats/index.ts";
import type { CheckContext } from "../check-run.ts";
import { plainQuestion } from "../question.ts";
import type { Flaw, Score, Scorer, Scores } from "./scorer.ts";

/** Sequences decoded in batches of one size. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly pairs: ScoredPair[];
  /** Tokens read and said when it was done, those of the groups before it included. */
  spent: number;
}

export interface Measured {
  readonly groups: readonly Group[];
  /** Teacher-forced scores of fixed texts, for comparison with other cells and runs. */
  readonly scores: readonly SequenceScores[];
  readonly asked: number;
  /** Tokens that the server read and said for all this. */
  readonly spent: number;
  /** The first thing that went wrong; nothing is measured after it. */
  readonly flaw?: Flaw;
}

/** Each batch size is run until so many sequences went through it. */
const SEQUENCES = 8;
/** Fixed texts whose scores are kept: some 800 numbers. */
const KEPT = 16;
/** Prefills asked for at once. */
const LANES = 4;
/** Prompts with their tokens shuffled, and how many of them are decoded at once. */
const SHUFFLED = 16;
const SHUFFLED_AT_ONCE = 8;

/**
 * Plain questions at every batch size, then the same tokens in shuffled order, then one long prompt. A model is sure of how a plain question
 * goes on, and rounding then moves nothing; after a salad of words it is not, and even a cache kept too coarsely shows.
 */
export async function measureDivergence(scorer: Scorer, config: NumericsConfig, at: CheckContext): Promise<Measured> {
  const { ways, spent } = counting(scorer);
  const batches = config.batchSizes.flatMap((size) => Array.from({ length: Math.ceil(SEQUENCES / size) }, () => size));
  const plain = batches.reduce((total, size) => total + size, 0);
  const asked = plain + SHUFFLED + (config.longPrompt > 0 ? 1 : 0);
  const groups: Group[] = [];
  const scores: SequenceScores[] = [];
  const ended = (flaw?: Flaw): Measured => ({ groups, scores, asked, spent: spent(), ...(flaw === undefined ? {} : { flaw }) });

  const texts = Array.from({ length: Math.max(KEPT, ...config.batchSizes) }, (_, i) => promptText(i));
  const read = await inLanes(texts, (text) => ways.text(text));
  const unread = firstFlaw(read);
  if (unread !== undefined) return ended(unread);
  const known = read.map((each) => (each.ok ? each.scores : []));
  scores.push(...known.slice(0, KEPT).map((each, i) => keptScores(`question-${i + 1}`, each)));
  const prompts = known.map((each) => each.map(({ id }) => id));

  let done = 0;
  const compare = async (group: Pick<Group, "id" | "title">, batch: readonly (readonly number[])[]): Promise<Compared | Flaw> => {
    at.progress(`numerics: ${done}/${asked} sequences compared`);
    const found = await compareBatch(ways, batch, config.tokens, done);
    if ("kind" in found) return found;
    done += batch.length;
    const same = groups.find(({ id }) => id === group.id);
    if (same === undefined) groups.push({ ...group, pairs: [...found.pairs], spent: spent() });
    else {
      same.pairs.push(...found.pairs);
      same.spent = spent();
    }
    return found;
  };
  for (const size of batches) {
    const batch = Array.from({ length: size }, (_, i) => prompts[(done + i) % prompts.length] ?? []);
    const found = await compare({ id: `batch-${size}`, title: `batches of ${size}` }, batch);
    if ("kind" in found) return ended(found);
  }
  for (let from = 0; from < SHUFFLED; from += SHUFFLED_AT_ONCE) {
    const batch = prompts.slice(from, from + SHUFFLED_AT_ONCE).map((ids, i) => shuffled(ids, from + i));
    const found = await compare({ id: "shuffled", title: "shuffled tokens" }, batch);
    if ("kind" in found) return ended(found);
    if (from === 0) scores.push(...found.read.map((each, i) => keptScores(`shuffled-${i + 1}`, each.slice(0, batch[i]?.length))));
  }
  if (config.longPrompt === 0) return ended();
  const all = prompts.flat();
  const long = Array.from({ length: config.longPrompt }, (_, i) => all[i % all.length] ?? 0);
  const found = await compare({ id: "long-prompt", title: `a prompt of ${long.length} tokens` }, [long]);
  return "kind" in found ? ended(found) : ended();
}

/** In the form that base models continue; different for each index. */
function promptText(index: number): string {
  return `Question: ${plainQuestion(index)}\nAnswer:`;
}

/** In another order, the first token, which may be a mark of the beginning, left where it is. */
function shuffled([first = 0, ...ids]: readonly number[], seed: number): number[] {
  const draw = random(seed + 1);
  return [
    first,
    ...ids
      .map((id) => ({ id, at: draw() }))
      .sort((a, b) => a.at - b.at)
      .map(({ id }) => id),
  ];
}

interface Compared {
  readonly pairs: readonly ScoredPair[];
  /** Prompt and answer, read at once. */
  readonly read: readonly (readonly Score[])[];
}

/** Decode all at once, then read each. */
async function compareBatch(ways: Scorer, prompts: readonly (readonly number[])[], tokens: number, seed: number): Promise<Compared | Flaw> {
  const decoded = await Promise.all(prompts.map((ids, i) => ways.decode(ids, tokens, seed + i)));
  const flaw = firstFlaw(decoded);
  if (flaw !== undefined) return flaw;
  const outputs = decoded.map((each) => (each.ok ? each.scores : []));
  const short = outputs.find((output) => output.length !== tokens);
  if (short !== undefined) return { kind: "request", detail: `${short.length} tokens came with scores where ${tokens} were asked for` };
  const whole = prompts.map((ids, i) => [...ids, ...(outputs[i] ?? []).map(({ id }) => id)]);
  const read = await inLanes(whole, (ids) => ways.read(ids));
  const second = firstFlaw(read);
  if (second !== undefined) return second;
  const again = read.map((each) => (each.ok ? each.scores : []));
  return { pairs: outputs.map((output, i) => pair(output, again[i]?.slice(prompts[i]?.length ?? 0) ?? [])), read: again };
}

function pair(before: readonly Score[], after: readonly Score[]): ScoredPair {
  const both = before.filter(({ best }, i) => best !== undefined && after[i]?.best !== undefined);
  return {
    before: before.map(({ logprob }) => logprob ?? Number.NaN),
    after: after.map(({ logprob }) => logprob ?? Number.NaN),
    compared: both.length,
    agreed: before.filter(({ best }, i) => best !== undefined && best === after[i]?.best).length,
  };
}

function keptScores(id: string, scores: readonly Score[]): SequenceScores {
  const ids = scores.map((each) => each.id).join(" ");
  return {
    id,
    tokens: createHash("sha256").update(ids).digest("hex").slice(0, 16),
    logprobs: scores.flatMap(({ logprob }) => (logprob === undefined ? [] : [Math.round(logprob * 1e4) / 1e4])),
  };
}

/** The same ways, with a count of what they cost. */
function counting(ways: Scorer): { readonly ways: Scorer; readonly spent: () => number } {
  let tokens = 0;
  const counted = (before: number, scores: Scores): Scores => {
    tokens += before + (scores.ok ? scores.scores.length : 0);
    return scores;
  };
  return {
    spent: () => tokens,
    ways: {
      text: async (text) => counted(0, await ways.text(text)),
      read: async (ids) => counted(0, await ways.read(ids)),
      decode: async (ids, count, seed) => counted(ids.length, await ways.decode(ids, count, seed)),
    },
  };
}

function firstFlaw(all: readonly Scores[]): Flaw | undefined {
  return all.flatMap((each) => (each.ok ? [] : [each.flaw]))[0];
}

async function inLanes<In>(items: readonly In[], work: (item: In) => Promise<Scores>): Promise<Scores[]> {
  const results: Scores[] = [];
  let next = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !stopped) {
      const at = next;
      next += 1;
      const scores = await work(items[at] as In);
      results[at] = scores;
      stopped ||= !scores.ok;
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane));
  return results;
}
