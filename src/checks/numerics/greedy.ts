import type { Endpoint, GreedyAnswers } from "../../model/index.ts";
import { random } from "../../stats/index.ts";
import type { CheckContext } from "../check-run.ts";
import { generate } from "../generated.ts";
import { plainQuestion } from "../question.ts";

const PLAIN = 16;
const SHUFFLED = 8;
const TOKENS = 32;

export type Greedy = { readonly ok: true; readonly greedy: GreedyAnswers } | { readonly ok: false; readonly detail: string };

/**
 * What the server says at temperature 0 to sixteen plain questions and eight with their words shuffled, all at once and then all at once
 * again. As text, so that any server can be asked; which of them it answers otherwise the second time says how far it agrees with itself.
 */
export async function greedyAnswers(endpoint: Endpoint, at: CheckContext): Promise<Greedy> {
  const prompts = [
    ...Array.from({ length: PLAIN }, (_, i) => ({ id: `question-${i + 1}`, question: plainQuestion(i) })),
    ...Array.from({ length: SHUFFLED }, (_, i) => ({ id: `shuffled-${i + 1}`, question: shuffledWords(plainQuestion(i), i) })),
  ];
  const passes: (readonly { readonly id: string; readonly text: string }[])[] = [];
  for (let pass = 0; pass < 2; pass += 1) {
    at.progress(`numerics: greedy answers, pass ${pass + 1} of 2`);
    const answers = await Promise.all(prompts.map(async ({ id, question }) => ({ id, ...(await say(endpoint, question, at)) })));
    const silent = answers.find(({ text }) => text === undefined);
    if (silent !== undefined) return { ok: false, detail: silent.detail ?? "the answer has no text" };
    passes.push(answers.map(({ id, text = "" }) => ({ id, text })));
  }
  const [first = [], second = []] = passes;
  return { ok: true, greedy: { texts: first, unstable: first.flatMap(({ id, text }, i) => (second[i]?.text === text ? [] : [id])) } };
}

/** By completions, or by chat where those are not offered. */
async function say(endpoint: Endpoint, question: string, at: CheckContext): Promise<{ text?: string; detail?: string }> {
  for (const api of ["completions", "chat"] as const) {
    const { text, reply } = await generate(endpoint, { question, maxTokens: TOKENS, api }, at);
    if (text !== undefined) return { text };
    if (reply.error !== "http-4xx" || api === "chat") return { detail: reply.detail ?? "the answer has no text" };
  }
  return {};
}

function shuffledWords(text: string, seed: number): string {
  const draw = random(seed + 1);
  const words = text.split(" ").map((word) => ({ word, at: draw() }));
  return words
    .sort((a, b) => a.at - b.at)
    .map(({ word }) => word)
    .join(" ");
}
