import type { Amount } from "../../model/index.ts";

/** A piece of a gate. `at` counts characters from 0. */
export type Token =
  | { readonly kind: "word"; readonly text: string; readonly at: number }
  | { readonly kind: "operator"; readonly text: "<" | "<=" | ">" | ">="; readonly at: number }
  | { readonly kind: "number"; readonly text: string; readonly value: number; readonly at: number }
  | { readonly kind: "unit"; readonly text: string; readonly unit: Amount["unit"]; readonly at: number }
  | { readonly kind: "sign"; readonly text: string; readonly at: number }
  | { readonly kind: "comma"; readonly text: string; readonly at: number }
  /** `kv-cache-dtype=fp8`: what picks cells or workloads. */
  | { readonly kind: "pick"; readonly text: string; readonly key: string; readonly value: string; readonly at: number }
  | { readonly kind: "odd"; readonly text: string; readonly at: number };

const UNITS: Readonly<Record<string, Amount["unit"]>> = {
  "%": "%",
  ms: "ms",
  s: "s",
  point: "points",
  points: "points",
  "tokens/s": "tokens/s",
  "requests/s": "requests/s",
};

// In order: a pick; a number; an operator; a percent sign; a sign, the typographic minus too; a comma; a word, which may hold dots, dashes
// and one slash (`p99.9`, `tokens/s`); a rest.
const PIECE =
  /(?<pick>(?<key>[A-Za-z][\w.-]*)=(?<value>[\w./+-]+))|(?<number>\d+(?:\.\d+)?)|(?<operator><=|>=|<|>)|(?<percent>%)|(?<sign>[+\-−])|(?<comma>,)|(?<word>[A-Za-z][\w.-]*(?:\/[A-Za-z]+)?)|(?<odd>\S)/g;

/** Cuts a gate into tokens. Total: what it does not know becomes `odd`, for the parser to point at. */
export function scan(text: string): readonly Token[] {
  return [...text.matchAll(PIECE)].map((match): Token => {
    const [found] = match;
    const at = match.index;
    const groups = match.groups ?? {};
    const unit = Object.hasOwn(UNITS, found) ? UNITS[found] : undefined;
    if (groups["pick"] !== undefined) return { kind: "pick", text: found, key: groups["key"] ?? "", value: groups["value"] ?? "", at };
    if (groups["sign"] !== undefined) return { kind: "sign", text: found === "+" ? "+" : "-", at };
    if (groups["comma"] !== undefined) return { kind: "comma", text: found, at };
    if (groups["number"] !== undefined) return { kind: "number", text: found, value: Number(found), at };
    if (groups["operator"] !== undefined) return { kind: "operator", text: found as "<" | "<=" | ">" | ">=", at };
    if (unit !== undefined) return { kind: "unit", text: found, unit, at };
    return { kind: groups["word"] === undefined ? "odd" : "word", text: found, at };
  });
}
