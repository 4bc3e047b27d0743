import type { Amount, Gate } from "../../model/index.ts";
import { suggest } from "../suggest.ts";
import { scan } from "./scan.ts";
import type { Token } from "./scan.ts";

/** Why a text is no gate; `at` counts characters from 0. */
export interface GateFlaw {
  readonly at: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * Reads a gate by its grammar alone; whether the metric exists and the units fit is the business of `check.ts`.
 *
 * ```bnf
 * gate   ::= metric change | metric limit
 * change ::= ("drops" | "rises") "no" "more" "than" amount ["and" amount]
 * limit  ::= ("<" | "<=" | ">" | ">=") amount
 * amount ::= number [unit]
 * unit   ::= "%" | "ms" | "s" | "point" | "points" | "tokens/s" | "requests/s"
 * metric ::= letter {letter | digit | "_" | "." | "-"}
 * number ::= digits ["." digits]
 * ```
 */
export function parse(text: string): Gate | GateFlaw {
  const [metric, verb, ...rest] = scan(text);
  const end = text.trimEnd().length;
  if (metric === undefined) return { at: 0, message: "the gate is empty", hint: FORMS };
  if (metric.kind !== "word") return { at: metric.at, message: `a gate begins with a metric, found "${metric.text}"`, hint: FORMS };
  if (verb === undefined) return { at: end, message: `after "${metric.text}" the condition is missing`, hint: FORMS };
  const common = { text: text.trim().replaceAll(/\s+/g, " "), metric: metric.text };
  if (verb.kind === "operator") {
    const limit = amount(rest, end);
    if ("message" in limit) return limit;
    return ended(limit.rest) ?? { kind: "limit", ...common, operator: verb.text, limit: limit.amount };
  }
  if (verb.text !== "drops" && verb.text !== "rises") return unknownVerb(verb);
  const margins = marginsOf(rest, end);
  return "message" in margins ? margins : { kind: "relative", ...common, worse: verb.text, margins };
}

const FORMS = "Write `<metric> drops no more than 3%`, `<metric> rises no more than 5% and 20 ms`, or `<metric> < 500 ms`.";

function unknownVerb(verb: Token): GateFlaw {
  const hint = suggest(verb.text, ["drops", "rises"]);
  return {
    at: verb.at,
    message: `expected "drops", "rises", "<", "<=", ">" or ">=", found "${verb.text}"`,
    hint: hint?.startsWith("Did") ? hint : FORMS,
  };
}

function marginsOf(tokens: readonly Token[], end: number): Amount[] | GateFlaw {
  for (const [i, word] of ["no", "more", "than"].entries()) {
    const found = tokens[i];
    if (found?.text !== word) return missing(found, `"${word}" of "no more than"`, end);
  }
  const first = amount(tokens.slice(3), end);
  if ("message" in first) return first;
  const [and, ...rest] = first.rest;
  if (and === undefined) return [first.amount];
  if (and.text !== "and") return ended(first.rest) ?? [];
  const second = amount(rest, end);
  if ("message" in second) return second;
  return ended(second.rest) ?? [first.amount, second.amount];
}

function amount(tokens: readonly Token[], end: number): { readonly amount: Amount; readonly rest: readonly Token[] } | GateFlaw {
  const [number, unit] = tokens;
  if (number?.kind !== "number") return missing(number, "a number", end);
  if (unit?.kind === "unit") return { amount: { value: number.value, unit: unit.unit }, rest: tokens.slice(2) };
  if (unit === undefined || unit.text === "and") return { amount: { value: number.value, unit: "" }, rest: tokens.slice(1) };
  return {
    at: unit.at,
    message: `unknown unit "${unit.text}"`,
    hint: suggest(unit.text, ["%", "ms", "s", "points", "tokens/s", "requests/s"]),
  };
}

function missing(found: Token | undefined, expected: string, end: number): GateFlaw {
  if (found === undefined) return { at: end, message: `the gate ends where ${expected} is expected`, hint: FORMS };
  return { at: found.at, message: `expected ${expected}, found "${found.text}"`, hint: FORMS };
}

function ended(rest: readonly Token[]): GateFlaw | undefined {
  const [more] = rest;
  return more === undefined ? undefined : { at: more.at, message: `the gate goes on after its end: "${more.text}"`, hint: FORMS };
}
