import type { EngineId, FailureClass, Remedy } from "../model/index.ts";

/**
 * How precisely a message names the defect. Across a log the most specific cause wins, then the earliest; the numbers only
 * order, and the gaps leave room between them.
 */
export const SPECIFICITY = {
  /** Names the defect itself: one message, one cause. */
  exact: 90,
  /** Names the part that failed and how: a kernel family, a library, a file. */
  component: 70,
  /** A general error of CUDA, NCCL, Python or the operating system. */
  general: 50,
  /** Whoever noticed; the cause usually lies elsewhere. */
  detector: 30,
  /** What became of a process: an exit status, a signal. */
  consequence: 15,
  /** A message that wraps or repeats another. */
  wrapper: 5,
} as const;

/** One way to recognise a line. */
export interface Clue {
  /** Literal text, at least six characters; any of several. Lines without it are never looked at again. */
  readonly has: string | readonly string[];
  /** What the message must match besides, all of them; messages come without colour and prefix, at most 4,000 characters. */
  readonly match?: RegExp | readonly RegExp[];
  /** What the message must not match. */
  readonly unless?: RegExp;
  /** A second line that must stand within so many lines before or after. */
  readonly near?: { readonly match: RegExp; readonly within: number; readonly side: "before" | "after" };
}

/** A known failure: how to recognise it, what it means, and what to try. */
export interface Signature {
  /** File name without suffix. */
  readonly id: string;
  readonly class: FailureClass;
  readonly title: string;
  /** `cause` may be the root; `symptom` reports an earlier fault; `note` is harmless on a healthy start. */
  readonly level: "cause" | "symptom" | "note";
  /** See `SPECIFICITY`. */
  readonly specificity: number;
  /** Engines whose logs can hold it; absent means any. */
  readonly engines?: readonly EngineId[];
  /** PEP 440 specifier of the versions known to be affected. For people: logs often do not say their version. */
  readonly versions?: string;
  /** Any one of these is enough. */
  readonly clues: readonly Clue[];
  /** How many lines must match before it counts; 1 when absent. */
  readonly times?: number;
  /** Counts at every log level; otherwise a match on an INFO or WARNING line is only a hint. */
  readonly anyLevel?: true;
  /** Counts only while the server has not been ready; afterwards it is about one request, or wanted. */
  readonly startupOnly?: true;
  /** No server survives it: ends the wait for a start-up, and later signs of life do not excuse it. */
  readonly fatal?: true;
  /** One sentence: the cause. */
  readonly means: string;
  /** In the order in which to try them. */
  readonly remedies: readonly Remedy[];
  /** Issues, pull requests or source that the knowledge comes from. */
  readonly sources: readonly string[];
  /** Why this is the runner's fault, where the message is positive evidence of that. */
  readonly infra?: string;
}
