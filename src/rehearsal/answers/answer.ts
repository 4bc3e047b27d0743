import { hashNumbers, hashText, share } from "../hash.ts";
import type { Mischief } from "../rules.ts";
import { solve } from "./arithmetic.ts";
import { fillerPieces } from "./filler.ts";
import { pieces } from "./tokens.ts";

/** How much may and must be said. */
export interface Limits {
  readonly maxTokens: number;
  readonly minTokens: number;
  readonly ignoreEos: boolean;
  readonly stop: readonly string[];
  /** A completion goes on after a space; a chat turn starts without one. */
  readonly leadingSpace: boolean;
  /** What seeds filler when the prompt is token ids. */
  readonly seed: number;
}

export interface Answer {
  /** One piece per generated token; at least one, empty text included. */
  readonly pieces: readonly string[];
  readonly finish: "stop" | "length";
}

/** What the rehearsed model says to a prompt: sums in words are worked out, the rest is filler; mischief as scripted. */
export function answer(prompt: string, limits: Limits, mischief: Mischief): Answer {
  const exact = limits.ignoreEos ? limits.maxTokens : undefined;
  if (mischief.garbage === "nan") return { pieces: Array.from({ length: limits.maxTokens }, () => "!"), finish: "length" };
  if (mischief.garbage === "repeat") {
    const loop = fillerPieces(hashText(prompt), 4);
    return { pieces: Array.from({ length: limits.maxTokens }, (_, index) => loop[index % loop.length] ?? ""), finish: "length" };
  }
  if (mischief.garbage === "empty") return { pieces: [""], finish: "stop" };
  const said = spoken(prompt, limits, mischief);
  if (!limits.leadingSpace) said[0] = said[0]?.trimStart() ?? "";
  const wanted = exact ?? Math.max(limits.minTokens, said.length);
  const long = wanted > said.length ? [...said, ...fillerPieces(limits.seed + 1, wanted - said.length)] : said;
  const cut = stopAt(long.slice(0, limits.maxTokens), limits.stop);
  const ended = cut !== undefined || (exact === undefined && wanted <= limits.maxTokens);
  return { pieces: cut ?? long.slice(0, limits.maxTokens), finish: ended ? "stop" : "length" };
}

function spoken(prompt: string, limits: Limits, mischief: Mischief): string[] {
  const worked = solve(prompt);
  if (worked === undefined) return fillerPieces(limits.seed, 24 + (hashNumbers(limits.seed, 1) % 40));
  const hash = hashText(worked.problem);
  const wrong = share(hash) < mischief.wrongAnswers;
  const number = wrong ? worked.answer + 1 + (hash % 9) : worked.answer;
  return pieces(` ${worked.steps} #### ${number}`);
}

/** The pieces before the first stop text, or undefined when none occurs. The stop text itself is not said. */
function stopAt(said: readonly string[], stop: readonly string[]): string[] | undefined {
  if (stop.length === 0) return undefined;
  const text = said.join("");
  const at = Math.min(...stop.map((each) => text.indexOf(each)).filter((index) => index >= 0));
  if (!Number.isFinite(at)) return undefined;
  const kept = pieces(text.slice(0, at));
  return kept.length === 0 ? [""] : kept;
}
