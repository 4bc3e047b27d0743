import type { Amount, Change, GateRow, RelativeGate } from "../model/index.ts";
import { amountText, count, number, quantity, signed, signedPercent } from "./words.ts";

export type Decision = Pick<GateRow, "status" | "detail">;

/** Without any interval a loss is believed only this many times beyond the margin; nothing is ever passed on a bare number. */
const FAR = 3;
/** From the half-width of a 95 % interval to the smallest change found with 80 % power: (1.960 + 0.842) / 1.960. */
const POWER = 1.43;

/**
 * Three-way: failed when the whole interval lies beyond the margin, passed when all of it lies inside, inconclusive otherwise. With two
 * margins both must be exceeded to fail, and one that holds is enough to pass. An interval from within one launch decides as well; the
 * sentence says what it does not cover.
 */
export function decideRelative(gate: RelativeGate, change: Change): Decision {
  const losses = gate.margins.map((margin) => lossAgainst(margin, gate, change));
  const status = statusOf(losses, change);
  const margin = gate.margins.map(amountText).join(" and ");
  const conclusion = {
    failed: `beyond the margin of ${margin}`,
    passed: `within the margin of ${margin}`,
    inconclusive: `not decided against the margin of ${margin}: ${whyUndecided(losses, change)}`,
  }[status];
  return { status, detail: `${changeText(change)}: ${conclusion}; ${certaintyText(change)}` };
}

/** A loss, positive when worse, in the margin's own scale: a share for `%`, otherwise the metric's unit. */
interface Loss {
  readonly margin: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly relative: boolean;
}

function lossAgainst(margin: Amount, gate: RelativeGate, change: Change): Loss {
  const relative = margin.unit === "%";
  const scale = relative ? relativeScale(change) : change;
  const [value, low, high] = relative
    ? [scale.relative, scale.relativeLow, scale.relativeHigh]
    : [change.difference, change.differenceLow, change.differenceHigh];
  const size = relative ? margin.value / 100 : inUnit(margin, change.unit);
  const known = value ?? Number.NaN;
  const interval = low === undefined || high === undefined ? {} : gate.worse === "rises" ? { low, high } : { low: -high, high: -low };
  return { margin: size, value: gate.worse === "rises" ? known : -known, ...interval, relative };
}

/** From 0 every rise is an infinite share; the interval then says only whether there was one. */
function relativeScale(change: Change): Pick<Change, "relative" | "relativeLow" | "relativeHigh"> {
  if (change.relative !== undefined) return change;
  const blown = (difference: number): number => (difference === 0 ? 0 : difference * Number.POSITIVE_INFINITY);
  return {
    relative: blown(change.difference),
    ...(change.differenceLow === undefined ? {} : { relativeLow: blown(change.differenceLow) }),
    ...(change.differenceHigh === undefined ? {} : { relativeHigh: blown(change.differenceHigh) }),
  };
}

function inUnit(margin: Amount, unit: Change["unit"]): number {
  if (margin.unit === "s" && unit === "ms") return margin.value * 1000;
  if (margin.unit === "ms" && unit === "s") return margin.value / 1000;
  return margin.value;
}

function statusOf(losses: readonly Loss[], change: Change): "failed" | "passed" | "inconclusive" {
  if (losses.length === 0 || losses.some((loss) => Number.isNaN(loss.value))) return "inconclusive";
  if (change.certainty === "none") return losses.every((loss) => loss.value > FAR * loss.margin) ? "failed" : "inconclusive";
  if (losses.every((loss) => loss.low !== undefined && loss.low > loss.margin)) return "failed";
  const inside = losses.some((loss) => loss.high !== undefined && loss.high <= loss.margin);
  return inside && unanswered(change) <= 0 ? "passed" : "inconclusive";
}

/** Questions that the baseline answered and this run did not: they could have been the wrong ones. */
function unanswered({ metric, certainty, n, launches }: Change): number {
  if (metric !== "accuracy") return 0;
  const perLaunch = certainty !== "paired-questions";
  return n.base / (perLaunch ? launches.base : 1) - n.head / (perLaunch ? launches.head : 1);
}

function whyUndecided(losses: readonly Loss[], change: Change): string {
  const missing = unanswered(change);
  if (missing > 0) return `${count(Math.ceil(missing), "question")} answered on the baseline went unanswered`;
  const [loss] = losses;
  if (change.certainty === "none") return "one number on each side and no interval";
  if (loss?.low === undefined || loss.high === undefined) return "no interval";
  const detectable = (POWER * (loss.high - loss.low)) / 2;
  const size = loss.relative ? `${number(100 * detectable, 1)} %` : quantity(detectable, pointsFor(change), change.metric);
  return `this comparison can show changes of about ${size} and more`;
}

function pointsFor(change: Change): Change["unit"] {
  return change.unit === "percent" ? "points" : change.unit;
}

/** `ttft_p50 210.0 → 260.0 ms (+23.8 %, 95 % interval +20.1 to +27.6 %)`. */
export function changeText(change: Change): string {
  const before = number(change.base, digitsOf(change));
  return `${change.metric} ${before} → ${quantity(change.head, change.unit, change.metric)} (${effect(change)})`;
}

function effect(change: Change): string {
  const inPoints = change.unit === "percent" || change.relative === undefined;
  const unit = pointsFor(change);
  if (inPoints) {
    const text = `${signed(change.difference, digitsOf(change))} ${unit}`;
    if (change.differenceLow === undefined || change.differenceHigh === undefined) return text;
    return `${text}, 95 % interval ${signed(change.differenceLow, digitsOf(change))} to ${signed(change.differenceHigh, digitsOf(change))}`;
  }
  const text = signedPercent(change.relative);
  if (change.relativeLow === undefined || change.relativeHigh === undefined) return text;
  return `${text}, 95 % interval ${signed(100 * change.relativeLow, 1)} to ${signedPercent(change.relativeHigh)}`;
}

function digitsOf(change: Change): number {
  const text = quantity(0, change.unit, change.metric);
  return /^0\.(0+)/.exec(text)?.[1]?.length ?? 0;
}

function certaintyText({ certainty, launches, n, error }: Change): string {
  const sides =
    launches.base === 1 && launches.head === 1
      ? "one launch per side"
      : `${count(launches.base, "launch", "launches")} before and ${launches.head} now`;
  switch (certainty) {
    case "launches":
      if (error?.pairs !== undefined) return `${count(error.pairs, "pair")} of launches in turns`;
      return error?.runs === undefined ? sides : `${sides}; noise known from the history`;
    case "within-launch":
      return `${sides}; launch-to-launch noise is not covered`;
    case "paired-questions":
      return `${Math.min(n.base, n.head)} questions paired, ${sides}`;
    case "none":
      return `${sides}, ${n.base} and ${n.head} samples`;
    default:
      return certainty satisfies never;
  }
}
