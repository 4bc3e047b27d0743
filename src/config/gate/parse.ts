import type { Amount, LimitGate, RelativeGate } from "../../model/index.ts";
import { suggest } from "../suggest.ts";
import { scan } from "./scan.ts";
import type { Token } from "./scan.ts";
import { whereOf, type Pick } from "./where.ts";

/** Why a text is no gate; `at` counts characters from 0. */
export interface GateFlaw {
  readonly at: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A gate by its grammar, with what it picks. */
export interface ParsedGate {
  readonly gate: RelativeGate | LimitGate;
  readonly picks: readonly Pick[];
}

/**
 * Reads a gate by its grammar alone; whether the metric exists and the units fit is the business of `check.ts`, and whether the matrix has
 * what is picked that of the section that knows the matrix.
 *
 * ```bnf
 * gate   ::= metric (change | limit) [where]
 * change ::= ("drops" | "rises") "no" "more" "than" amount ["and" amount]
 *          | (">" | ">=") "-" amount ["and" "-" amount]      short for "drops no more than"
 *          | ("<" | "<=") "+" amount ["and" "+" amount]      short for "rises no more than"
 * limit  ::= ("<" | "<=" | ">" | ">=") amount
 * where  ::= "when" pick {("," | "and") pick}
 * pick   ::= (axis | "input" | "output" | "concurrency") "=" value
 * amount ::= number [unit]
 * unit   ::= "%" | "ms" | "s" | "point" | "points" | "tokens/s" | "requests/s"
 * metric ::= letter {letter | digit | "_" | "." | "-"}
 * axis   ::= letter {letter | digit | "_" | "." | "-"}
 * value  ::= (letter | digit | "_" | "." | "/" | "+" | "-") {…}
 * number ::= digits ["." digits]
 * ```
 *
 * A sign makes an amount a change against the baseline: `ttft_p50 < +5%` allows 5 % more, `ttft_p50 < 500 ms` allows 500 ms.
 */
export function parse(text: string): ParsedGate | GateFlaw {
  const tokens = scan(text);
  const end = text.trimEnd().length;
  const where = whereOf(tokens, end);
  if ("message" in where) return where;
  const [metric, verb, ...rest] = where.before;
  if (metric === undefined) return { at: 0, message: "the gate is empty", hint: FORMS };
  if (metric.kind !== "word") return { at: metric.at, message: `a gate begins with a metric, found "${metric.text}"`, hint: FORMS };
  const stop = where.at ?? end;
  if (verb === undefined) return { at: stop, message: `after "${metric.text}" the condition is missing`, hint: FORMS };
  const common = { text: text.trim().replaceAll(/\s+/g, " "), metric: metric.text };
  const gate = conditionOf(verb, rest, stop);
  return "message" in gate ? gate : { gate: { ...gate, ...common }, picks: where.picks };
}

type Condition = Omit<RelativeGate, "text" | "metric"> | Omit<LimitGate, "text" | "metric">;

function conditionOf(verb: Token, rest: readonly Token[], end: number): Condition | GateFlaw {
  if (verb.kind === "operator") {
    if (rest[0]?.kind === "sign") return signed(verb.text, rest, end);
    const limit = amount(rest, end);
    if ("message" in limit) return limit;
    return ended(limit.rest) ?? { kind: "limit", operator: verb.text, limit: limit.amount };
  }
  if (verb.text !== "drops" && verb.text !== "rises") return unknownVerb(verb);
  for (const [i, word] of ["no", "more", "than"].entries()) {
    const found = rest[i];
    if (found?.text !== word) return missing(found, `"${word}" of "no more than"`, end);
  }
  const margins = marginsOf(rest.slice(3), end, "");
  return "message" in margins ? margins : { kind: "relative", worse: verb.text, margins };
}

/** `> -3%`: a change against the baseline. The other sign would demand that the number gets better. */
function signed(operator: "<" | "<=" | ">" | ">=", rest: readonly Token[], end: number): Condition | GateFlaw {
  const [worse, sign] = operator.startsWith("<") ? (["rises", "+"] as const) : (["drops", "-"] as const);
  const [found] = rest;
  if (found?.text !== sign) {
    const other = operator.startsWith("<") ? "lower" : "higher";
    return {
      at: found?.at ?? end,
      message: `"${operator} ${found?.text ?? ""}" would demand a number ${other} than the baseline's`,
      hint: `Write "${operator} ${sign}" for how far it may get worse, or no sign for a limit.`,
    };
  }
  const margins = marginsOf(rest, end, sign);
  return "message" in margins ? margins : { kind: "relative", worse, margins };
}

export const FORMS =
  "Write `<metric> drops no more than 3%`, `<metric> rises no more than 5% and 20 ms`, `<metric> < +5%`, or `<metric> < 500 ms`; `when <axis>=<value>` may follow.";

function unknownVerb(verb: Token): GateFlaw {
  const hint = suggest(verb.text, ["drops", "rises"]);
  return {
    at: verb.at,
    message: `expected "drops", "rises", "<", "<=", ">" or ">=", found "${verb.text}"`,
    hint: hint?.startsWith("Did") ? hint : FORMS,
  };
}

/** One amount or two, each after `sign` where that is not empty. */
function marginsOf(tokens: readonly Token[], end: number, sign: string): Amount[] | GateFlaw {
  const one = (from: readonly Token[]): ReturnType<typeof amount> => {
    if (sign === "") return amount(from, end);
    return from[0]?.text === sign ? amount(from.slice(1), end) : missing(from[0], `"${sign}" and a number`, end);
  };
  const first = one(tokens);
  if ("message" in first) return first;
  const [and, ...rest] = first.rest;
  if (and === undefined) return [first.amount];
  if (and.text !== "and") return ended(first.rest) ?? [];
  const second = one(rest);
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
