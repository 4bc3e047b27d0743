import { createHash } from "node:crypto";
import type { NumericsConfig, SequenceScores } from "../../model/index.ts";
import type { ScoredPair } from "../../stats/index.ts";
import type { CheckContext } from "../check-run.ts";
import { plainQuestion } from "../question.ts";
import type { Flaw, Score, Scorer, Scores } from "./scorer.ts";

/** Sequences decoded in batches of one size. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly pairs: ScoredPair[];
}

export interface Measured {
  readonly groups: readonly Group[];
  /** Teacher-forced scores of fixed texts, for comparison with other cells and runs. */
  readonly scores: readonly SequenceScores[];
  readonly asked: number;
  /** The first thing that went wrong; nothing is measured after it. */
  readonly flaw?: Flaw;
}

/** Each batch size is run until so many sequences went through it. */
const SEQUENCES = 8;
/** Fixed texts whose scores are kept: some 800 numbers. */
const KEPT = 16;
/** Prefills asked for at once. */
const LANES = 4;

export async function measureDivergence(ways: Scorer, config: NumericsConfig, at: CheckContext): Promise<Measured> {
  const batches = config.batchSizes.flatMap((size) => Array.from({ length: Math.ceil(SEQUENCES / size) }, () => size));
  const asked = batches.reduce((total, size) => total + size, 0) + (config.longPrompt > 0 ? 1 : 0);
  const groups = config.batchSizes.map((size): Group => ({ id: `batch-${size}`, title: `batches of ${size}`, pairs: [] }));
  const texts = Array.from({ length: Math.max(KEPT, ...config.batchSizes) }, (_, i) => promptText(i));
  const read = await inLanes(texts, (text) => ways.text(text));
  const flaw = firstFlaw(read);
  if (flaw !== undefined) return { groups, scores: [], asked, flaw };
  const prompts = read.map((each) => (each.ok ? each.scores : []));
  const scores = prompts.slice(0, KEPT).map(keptScores);
  let sequence = 0;
  for (const size of batches) {
    at.progress(`numerics: ${sequence}/${asked} sequences compared`);
    const batch = Array.from({ length: size }, (_, i) => (prompts[(sequence + i) % prompts.length] ?? []).map(({ id }) => id));
    const found = await compareBatch(ways, batch, config.tokens, sequence);
    if ("kind" in found) return { groups, scores, asked, flaw: found };
    groups.find(({ id }) => id === `batch-${size}`)?.pairs.push(...found);
    sequence += size;
  }
  if (config.longPrompt === 0) return { groups, scores, asked };
  const long = prompts.flatMap((each) => each.map(({ id }) => id)).slice(0, config.longPrompt);
  while (long.length < config.longPrompt) long.push(...long.slice(0, config.longPrompt - long.length));
  const found = await compareBatch(ways, [long], config.tokens, sequence);
  if ("kind" in found) return { groups, scores, asked, flaw: found };
  return { groups: [...groups, { id: "long-prompt", title: `a prompt of ${long.length} tokens`, pairs: found }], scores, asked };
}

/** In the form that base models continue; different for each index. */
function promptText(index: number): string {
  return `Question: ${plainQuestion(index)}\nAnswer:`;
}

/** Decode all at once, then read each. */
async function compareBatch(
  ways: Scorer,
  prompts: readonly (readonly number[])[],
  tokens: number,
  seed: number,
): Promise<ScoredPair[] | Flaw> {
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
  return outputs.map((output, i) => pair(output, (read[i]?.ok === true ? read[i].scores : []).slice(prompts[i]?.length ?? 0)));
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

function keptScores(scores: readonly Score[], index: number): SequenceScores {
  const ids = scores.map(({ id }) => id).join(" ");
  return {
    id: `question-${index + 1}`,
    tokens: createHash("sha256").update(ids).digest("hex").slice(0, 16),
    logprobs: scores.flatMap(({ logprob }) => (logprob === undefined ? [] : [Math.round(logprob * 1e4) / 1e4])),
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
