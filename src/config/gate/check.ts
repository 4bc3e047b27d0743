import { metrics } from "../../metrics/index.ts";
import type { Metric } from "../../metrics/index.ts";
import type { Amount, Gate, RelativeGate } from "../../model/index.ts";
import { nearest, suggest } from "../suggest.ts";
import type { GateFlaw } from "./parse.ts";

/** Why a gate that reads well cannot be meant: an unknown metric, a unit that does not fit, the harmless direction, no effect. */
export function check(gate: Gate): GateFlaw | undefined {
  const metric = metrics.find((known) => known.tag === gate.metric);
  if (metric === undefined) return unknownMetric(gate.metric);
  return gate.kind === "limit" ? limitFlaw(gate, metric) : (directionFlaw(gate, metric) ?? marginFlaw(gate, metric));
}

function unknownMetric(found: string): GateFlaw {
  const tags = metrics.map((metric) => metric.tag);
  // `ttft` alone, or `ttft_p75`: the family is meant, and which of it is the question.
  const stem = found.split("_")[0] ?? found;
  const family = tags.filter((tag) => tag.startsWith(`${stem}_`));
  const hint = nearest(found, tags) === undefined && family.length > 0 ? `Known: ${family.join(", ")}.` : suggest(found, tags);
  return { at: 0, message: `unknown metric "${found}"`, hint };
}

function limitFlaw(gate: Extract<Gate, { kind: "limit" }>, metric: Metric): GateFlaw | undefined {
  const { limit, operator } = gate;
  const units = limitUnits(metric);
  const percentOfDuration = limit.unit === "%" && metric.unit !== "percent";
  if (!units.includes(limit.unit)) {
    const change = `${metric.tag} ${worseOf(metric)} no more than ${amountText(limit)}`;
    const write = `Write "${metric.tag} ${operator} ${amountText({ ...limit, unit: units[0] ?? "" })}"`;
    const hint = percentOfDuration ? `Try "${change}".` : `${write}.`;
    return { at: 0, message: `"${gate.text}" compares ${kindOf(metric)} with ${kindOfAmount(limit)}`, hint };
  }
  const lower = operator.startsWith("<");
  if (lower === (metric.better === "lower")) return undefined;
  const turned = `${lower ? ">" : "<"}${operator.slice(1)}`;
  return {
    at: 0,
    message: `"${gate.text}" fails when ${metric.tag} gets better: ${metric.better} is better`,
    hint: `Did you mean "${metric.tag} ${turned} ${amountText(limit)}"?`,
  };
}

function directionFlaw(gate: RelativeGate, metric: Metric): GateFlaw | undefined {
  const worse = worseOf(metric);
  if (gate.worse === worse) return undefined;
  const spelt = gate.text.indexOf(gate.worse);
  const hint = spelt < 0 ? `Did you mean "${shortForm(gate, worse)}"?` : `Did you mean "${gate.text.replace(/\b(drops|rises)\b/, worse)}"?`;
  return { at: Math.max(0, spelt), message: `${metric.tag} gets better when it ${gate.worse}`, hint };
}

function marginFlaw(gate: RelativeGate, metric: Metric): GateFlaw | undefined {
  const units = marginUnits(metric);
  for (const margin of gate.margins) {
    if (margin.unit === "%" && metric.unit === "percent")
      return {
        at: 0,
        message: `"${gate.text}" asks for a percentage of a percentage`,
        hint: `Write ${amountText({ value: margin.value, unit: "points" })} for percentage points.`,
      };
    if (!units.includes(margin.unit)) {
      const hint = `Units of ${metric.tag}: ${units.join(", ")}.`;
      return { at: 0, message: `"${gate.text}" gives ${kindOf(metric)} a margin that is ${kindOfAmount(margin)}`, hint };
    }
    if (gate.worse === "drops" && margin.value >= 100 && (margin.unit === "%" || margin.unit === "points"))
      return { at: 0, message: `"${gate.text}" can never fail: nothing drops by more than 100%`, hint: "Write a smaller margin." };
  }
  const relative = gate.margins.filter((margin) => margin.unit === "%").length;
  if (gate.margins.length === 2 && relative !== 1)
    return {
      at: 0,
      message: `"${gate.text}" gives two margins of one kind`,
      hint: "Join a percentage with an amount, as in `5% and 20 ms`; both must then be exceeded.",
    };
  return undefined;
}

/** `output_throughput > -3%`. */
function shortForm({ metric, margins }: RelativeGate, worse: "drops" | "rises"): string {
  const [operator, sign] = worse === "drops" ? [">", "-"] : ["<", "+"];
  return `${metric} ${operator} ${margins.map((margin) => `${sign}${amountText(margin)}`).join(" and ")}`;
}

function worseOf(metric: Metric): "drops" | "rises" {
  return metric.better === "higher" ? "drops" : "rises";
}

function marginUnits(metric: Metric): readonly Amount["unit"][] {
  return metric.unit === "percent" || metric.unit === "points" ? ["points"] : ["%", ...absoluteUnits(metric)];
}

function limitUnits(metric: Metric): readonly Amount["unit"][] {
  return metric.unit === "percent" || metric.unit === "points" ? ["%", "points"] : absoluteUnits(metric);
}

function absoluteUnits(metric: Metric): readonly Amount["unit"][] {
  if (metric.unit === "ms" || metric.unit === "s") return ["ms", "s"];
  return metric.unit === "tokens/s" || metric.unit === "requests/s" ? [metric.unit] : [""];
}

function kindOf(metric: Metric): string {
  if (metric.unit === "ms" || metric.unit === "s") return "a duration";
  if (metric.unit === "percent" || metric.unit === "points") return "a percentage";
  return metric.unit.endsWith("/s") ? `a rate in ${metric.unit}` : `a number (${metric.unit})`;
}

function kindOfAmount({ unit }: Amount): string {
  if (unit === "%") return "a percentage";
  if (unit === "ms" || unit === "s") return "a duration";
  if (unit === "points") return "percentage points";
  return unit === "" ? "a number without a unit" : `a rate in ${unit}`;
}

/** `3%`, `20 ms`, `1 point`. */
export function amountText({ value, unit }: Amount): string {
  if (unit === "%") return `${value}%`;
  return `${value} ${unit === "points" && value === 1 ? "point" : unit}`.trim();
}
