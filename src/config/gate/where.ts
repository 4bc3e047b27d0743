import type { GateFlaw } from "./parse.ts";
import type { Token } from "./scan.ts";

/** One `axis=value` of a gate; `at` counts characters from 0. */
export interface Pick {
  readonly key: string;
  readonly value: string;
  readonly at: number;
}

/** A gate's tokens cut at `when`. `at` is where that stands. */
export interface Where {
  readonly before: readonly Token[];
  readonly picks: readonly Pick[];
  readonly at?: number;
}

const FORM = "Write `when kv-cache-dtype=fp8, concurrency=16`.";

/** Splits off what a gate picks, or says what is wrong with it; everything is picked where nothing is said. */
export function whereOf(tokens: readonly Token[], end: number): Where | GateFlaw {
  const start = tokens.findIndex((token) => token.kind === "word" && token.text === "when");
  const before = start < 0 ? tokens : tokens.slice(0, start);
  const stray = before.find((token) => token.kind === "pick");
  if (stray !== undefined) return { at: stray.at, message: `"${stray.text}" has to stand after "when"`, hint: FORM };
  const when = tokens[start];
  if (when === undefined) return { before, picks: [] };
  const picks: Pick[] = [];
  for (const [i, token] of tokens.slice(start + 1).entries()) {
    const flaw = i % 2 === 0 ? notPick(token, picks) : notJoint(token);
    if (flaw !== undefined) return flaw;
    if (token.kind === "pick") picks.push({ key: token.key, value: token.value, at: token.at });
  }
  const after = tokens.length - start - 1;
  if (after % 2 === 0) return { at: end, message: `the gate ends where an <axis>=<value> is expected`, hint: FORM };
  return { before, picks, at: when.at };
}

function notPick(token: Token, picks: readonly Pick[]): GateFlaw | undefined {
  if (token.kind !== "pick") return { at: token.at, message: `expected an <axis>=<value>, found "${token.text}"`, hint: FORM };
  if (!picks.some((pick) => pick.key === token.key)) return undefined;
  return { at: token.at, message: `"${token.key}" is picked twice`, hint: "Write one gate for each of the values." };
}

function notJoint(token: Token): GateFlaw | undefined {
  if (token.kind === "comma" || token.text === "and") return undefined;
  return { at: token.at, message: `expected "," or "and", found "${token.text}"`, hint: FORM };
}
