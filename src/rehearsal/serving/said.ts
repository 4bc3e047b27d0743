import { type Answer, answer, tokenId } from "../answers/index.ts";
import type { Inference, Inferred, ScoredToken } from "../model/index.ts";
import type { Mischief } from "../rules.ts";
import { type Scored, scored } from "./logprobs.ts";
import type { Generation, Prompt } from "./request.ts";

/** What is said to one prompt, and how likely each token was. */
export interface Said extends Answer {
  readonly promptTokens: number;
  /** The generated token's score, with `count` runners-up. */
  readonly score: (index: number, count: number) => Scored;
  /** The prompt's tokens, the first without a score. */
  readonly promptScores: (count: number) => readonly (Scored | { readonly token: string; readonly id: number })[];
}

/** What the script says: nothing is computed, scores are functions of place and piece. */
export function scriptedSaid(prompt: Prompt, { limits }: Generation, mischief: Mischief): Said {
  const said = answer(prompt.text, { ...limits, seed: prompt.seed }, mischief);
  const pieces = limits.maxTokens === 0 ? [] : said.pieces;
  // The place counts from the start of the prompt, so that a scored prompt agrees with its own generation.
  return {
    pieces,
    finish: said.finish,
    promptTokens: prompt.tokens,
    score: (index, count) => scored(prompt.seed, prompt.tokens + index, pieces[index] ?? "", count),
    promptScores: (count) =>
      prompt.pieces.map((piece, index) => (index === 0 ? { token: piece, id: tokenId(piece) } : scored(prompt.seed, index, piece, count))),
  };
}

/** What the model says. */
export async function inferredSaid(prompt: Prompt, request: Generation, inference: Inference): Promise<Said> {
  const { tokenizer } = inference;
  const { limits, scoring } = request;
  const ids = prompt.ids ?? [];
  const inferred = await inference.infer({
    prompt: ids,
    maxTokens: limits.maxTokens,
    minTokens: limits.minTokens,
    ignoreEos: limits.ignoreEos,
    temperature: scoring.temperature,
    seed: scoring.seed ?? prompt.seed,
    scorePrompt: request.echo || scoring.promptLogprobs !== undefined,
    top: Math.max(1, request.logprobs ?? 0, scoring.promptLogprobs ?? 0),
  });
  const scoreOf = ({ id, logprob, top }: ScoredToken, count: number): Scored => ({
    id,
    token: tokenizer.name(id),
    logprob,
    top: top.slice(0, count).map(([other, value]) => ({ id: other, token: tokenizer.name(other), logprob: value })),
  });
  const spoken = cut(inferred, limits.stop, (id) => tokenizer.bytes(id));
  return {
    ...spoken,
    promptTokens: ids.length,
    score: (index, count) => scoreOf(inferred.generated[index] ?? { id: 0, logprob: 0, top: [] }, count),
    promptScores: (count) => [
      { token: tokenizer.name(ids[0] ?? 0), id: ids[0] ?? 0 },
      ...inferred.prompt.map((each) => scoreOf(each, count)),
    ],
  };
}

/** One piece of text per token, whole characters only, up to the first stop text. */
function cut({ generated, finish }: Inferred, stop: readonly string[], bytes: (id: number) => Uint8Array): Answer {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let text = "";
  for (const { id } of generated) {
    const piece = decoder.decode(bytes(id), { stream: true });
    const before = text.length;
    text += piece;
    const at = Math.min(...stop.map((each) => text.indexOf(each)).filter((index) => index >= 0));
    if (Number.isFinite(at)) return { pieces: [...pieces, text.slice(before, Math.max(before, at))], finish: "stop" };
    pieces.push(piece);
  }
  return { pieces, finish };
}
