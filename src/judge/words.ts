import type { CellDivergence, GreedyDivergence } from "../model/index.ts";
import { metricOf } from "../metrics/index.ts";
import type { Amount, MetricTag, Unit } from "../model/index.ts";

/** `1,204.5 tokens/s`, with the digits of the metric. */
export function quantity(value: number, unit: Unit, metric: MetricTag): string {
  const digits = number(value, metricOf(metric)?.digits ?? 2);
  return unit === "percent" ? `${digits}%` : unit === "ratio" || unit === "count" ? digits : `${digits} ${unit}`;
}

/** `−15.0%` from −0.15. */
export function signedPercent(share: number): string {
  return `${signed(100 * share, 1)}%`;
}

/** A number with a real minus and a plus where it rises. */
export function signed(value: number, digits: number): string {
  return `${value > 0 ? "+" : ""}${number(value, digits)}`;
}

export function number(value: number, digits: number): string {
  const text = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return text.replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−");
}

export function amountText(amount: Amount): string {
  const unit = amount.unit === "points" && amount.value === 1 ? "point" : amount.unit;
  return unit === "" || unit === "%" ? `${amount.value}${unit}` : `${amount.value} ${unit}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
}

/** `1 launch`, `2 launches`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `KL 0.0310 nats a token over 812 tokens of 16 texts, one token off by 2.10`. */
export function divergenceText({ kl, tokens, sequences, worst }: CellDivergence): string {
  return `KL ${kl.toFixed(4)} nats a token over ${tokens} tokens of ${sequences} texts, one token off by ${worst.toFixed(2)}`;
}

/** `12 of 24 greedy answers differ, parting after 5 words (p = 1e-5; 1 of 48 changed when asked again)`. */
export function greedyText({ differing, prompts, partAfter, unstable, p }: GreedyDivergence): string {
  const where = partAfter === undefined ? "" : `, parting after ${count(Math.round(partAfter), "word")}`;
  return `${differing} of ${prompts} greedy answers differ${where} (p = ${p.toExponential(0)}; ${unstable} of ${2 * prompts} changed when asked again)`;
}
