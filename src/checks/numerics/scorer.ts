import type { Reply } from "../../load/index.ts";

/** A token and how likely it was, given all before it. */
export interface Score {
  readonly id: number;
  /** Natural logarithm. Absent for the first token of a sequence, which has nothing before it. */
  readonly logprob?: number;
  /** The likeliest token at this place, where the server tells. */
  readonly best?: number;
}

export type Scores = { readonly ok: true; readonly scores: readonly Score[] } | { readonly ok: false; readonly flaw: Flaw };

/**
 * `not-offered`: the server cannot give what was asked, which is no fault of it; `not-finite`: it gave a number that is none, or failed as NaN
 * logits make it; `request`: it did not answer.
 */
export interface Flaw {
  readonly kind: "not-offered" | "not-finite" | "request" | "cancelled";
  readonly detail: string;
}

/** How one family of servers is asked for log-probabilities. All by token ids: a prefix rebuilt from text tokenises differently. */
export interface Scorer {
  /** Tokens of a text, scored by one prefill. */
  text(text: string): Promise<Scores>;
  /** Exactly `tokens` tokens generated after these ids at temperature 1, each with the score it had when it was drawn. */
  decode(ids: readonly number[], tokens: number, seed: number): Promise<Scores>;
  /** The same ids read at once: one prefill. */
  read(ids: readonly number[]): Promise<Scores>;
}

/** Why a reply carries no scores. NaN logits show as HTTP 500 while the answer is written as JSON (sglang#5984, vllm#10234). */
export function flawOf(reply: Reply): Flaw {
  const detail = reply.detail ?? "the answer carries no log-probabilities";
  if (reply.error === "cancelled") return { kind: "cancelled", detail };
  if (/not JSON compliant|out of range float/i.test(reply.text)) return { kind: "not-finite", detail };
  if (reply.error === "http-4xx" || reply.error === undefined) return { kind: "not-offered", detail };
  return { kind: "request", detail };
}

/** Every score finite, or the flaw. Servers write a log-probability of −∞ as a very large negative number; that one is finite. */
export function checked(scores: readonly (Score | undefined)[], first: "scored" | "unscored"): Scores {
  const whole = scores.filter((score) => score !== undefined);
  const strange = whole.findIndex(
    ({ logprob }, i) => !(Number.isFinite(logprob) || (i === 0 && first === "unscored" && logprob === undefined)),
  );
  if (whole.length < scores.length || whole.length === 0)
    return { ok: false, flaw: { kind: "not-offered", detail: "the answer carries no log-probabilities by token id" } };
  if (strange >= 0) return { ok: false, flaw: { kind: "not-finite", detail: `token ${strange} has a log-probability that is no number` } };
  return { ok: true, scores: whole };
}
