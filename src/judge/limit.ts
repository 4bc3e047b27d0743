import type { Amount, LimitGate, MetricValue, Unit } from "../model/index.ts";
import type { Decision } from "./relative.ts";
import { amountText, count, quantity } from "./words.ts";

/**
 * Against a constant: every launch must keep the limit. The value itself decides, as the sentence reads; where its interval reaches
 * across the limit the sentence says that the decision is within noise.
 */
export function decideLimit(gate: LimitGate, values: readonly MetricValue[]): Decision {
  const judged = values.map((value) => ({ value, limit: limitIn(gate.limit, value.unit) }));
  const [first] = judged;
  if (first === undefined) return { status: "inconclusive", detail: `${gate.metric} was not measured` };
  if (first.limit === undefined) {
    return {
      status: "inconclusive",
      detail: `${gate.metric} is in ${first.value.unit} and cannot be held against ${amountText(gate.limit)}`,
    };
  }
  const breaking = judged.filter(({ value, limit }) => !keeps(gate, value.value, limit));
  const shown = breaking[0] ?? first;
  const noisy = shown.limit !== undefined && keeps(gate, shown.value.low, shown.limit) !== keeps(gate, shown.value.high, shown.limit);
  const status = breaking.length === 0 ? "passed" : "failed";
  const where =
    values.length === 1
      ? ""
      : ` in ${breaking.length === 0 ? "all" : `${breaking.length} of`} ${count(values.length, "launch", "launches")}`;
  const detail =
    `${gate.metric} ${quantity(shown.value.value, shown.value.unit, gate.metric)} ${status === "passed" ? "keeps" : "breaks"} ` +
    `${gate.operator} ${amountText(gate.limit)}${where} (n ${shown.value.n})`;
  return { status, detail: noisy ? `${detail}; the limit lies within its 95% interval` : detail };
}

function keeps(gate: LimitGate, value: number | undefined, limit: number | undefined): boolean {
  if (value === undefined || limit === undefined) return false;
  switch (gate.operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    default:
      return gate.operator satisfies never;
  }
}

/** The limit in the unit of the value; `undefined` where the two measure different things. */
function limitIn({ value, unit }: Amount, target: Unit): number | undefined {
  if (unit === "") return value;
  if (unit === "ms" || unit === "s") {
    const ms = unit === "s" ? value * 1000 : value;
    return target === "ms" ? ms : target === "s" ? ms / 1000 : undefined;
  }
  if (unit === "%" || unit === "points")
    return target === "percent" || target === "points" ? value : target === "ratio" ? value / 100 : undefined;
  return unit === target ? value : undefined;
}
