import type { Amount, Change, GateRow, RelativeGate } from "../model/index.ts";
import { normalCdf, normalQuantile, sequentialP, studentCdf } from "../stats/index.ts";
import { RATE } from "./correct.ts";
import { ASSUMED_NOISE, settling } from "./settle.ts";
import { amountText, count, number, quantity, signed, signedPercent } from "./words.ts";

/**
 * `p`: how likely such a loss would be, at this look or an earlier one, if the true one only reached the margin. `confirm`: more launches
 * could turn it red.
 */
export type Decision = Pick<GateRow, "status" | "detail" | "confirm"> & { readonly p?: number };

/** What a decision may know besides the change. */
export interface Circumstances {
  /** Of one more launch, in GPU-minutes. */
  readonly cost?: number | undefined;
  /** Launches that every cell gets, and the most that confirmation may give it. */
  readonly planned?: number | undefined;
  readonly most?: number | undefined;
}

/** A loss that chance would show more often than this is not worth more launches: after the planned ones, and when none are left. */
const SUSPICIOUS = { first: 0.2, last: 0.01 } as const;
/** Without any interval a loss is believed only this many times beyond the margin; nothing is ever passed on a bare number. */
const FAR = 3;
/** From the half-width of a 95% interval to the smallest change found with 80% power: (1.960 + 0.842) / 1.960. */
const POWER = 1.43;

/**
 * Three-way: failed when the whole interval lies beyond the margin, passed when all of it lies inside, inconclusive otherwise. With two
 * margins both must be exceeded to fail, and one that holds is enough to pass. An interval from within one launch passes as it stands, and
 * the sentence says what it does not cover; to fail, the loss must also be clear of the launch-to-launch noise that is usual. Where
 * confirmation may add launches every look spends its part of the error that is allowed, the first ones little.
 */
export function decideRelative(gate: RelativeGate, change: Change, circumstances: Circumstances = {}): Decision {
  const { cost, most } = circumstances;
  const losses = gate.margins.map((margin) => lossAgainst(margin, gate, change));
  const plain = probability(losses, change);
  const p = plain === undefined || most === undefined ? plain : sequentialP(plain, informed(change, most));
  const alone = statusOf(losses, change, plain);
  const status = alone === "failed" && p !== undefined && p > RATE ? "inconclusive" : alone;
  const margin = gate.margins.map(amountText).join(" and ");
  const conclusion = {
    failed: `beyond the margin of ${margin}`,
    passed: `within the margin of ${margin}`,
    inconclusive: `not decided against the margin of ${margin}: ${alone === "failed" ? tooEarly(change, most) : whyUndecided(losses, change, cost)}`,
  }[status];
  const suspicious =
    status !== "passed" && losses.every((loss) => loss.value > loss.margin) && (plain ?? 0) <= worthMore(change, circumstances);
  return {
    status,
    detail: `${changeText(change)}: ${conclusion}; ${certaintyText(change)}`,
    ...(p === undefined ? {} : { p }),
    ...(suspicious ? { confirm: true } : {}),
  };
}

/** Share of the most information on this change that is there now: launches that confirmation may add would narrow its interval. */
function informed({ error, launches }: Change, most: number): number {
  if (error === undefined) return launches.head / most;
  const variance = (n: number): number => error.fixed + error.perLaunch / n;
  return variance(launches.head) === 0 ? 1 : variance(Math.max(most, launches.head)) / variance(launches.head);
}

/** A true loss shows itself ever more clearly, so ever more is asked; on the normal scale, evenly from the first look to the last. */
function worthMore({ launches }: Change, { planned, most }: Circumstances): number {
  if (planned === undefined || most === undefined || most <= planned) return SUSPICIOUS.first;
  const way = Math.min(1, Math.max(0, (launches.head - planned) / (most - planned)));
  return normalCdf((1 - way) * normalQuantile(SUSPICIOUS.first) + way * normalQuantile(SUSPICIOUS.last));
}

function tooEarly({ launches }: Change, most: number | undefined): string {
  return `beyond it now, and too early to call after ${launches.head} of at most ${count(most ?? launches.head, "launch", "launches")}`;
}

/** Both margins must be exceeded, so the less certain of them speaks. */
function probability(losses: readonly Loss[], change: Change): number | undefined {
  const ps = losses.map((loss) => (change.error === undefined ? fromInterval(loss, change) : fromError(loss, change)));
  return ps.length === 0 || ps.some((p) => p === undefined) ? undefined : Math.max(...ps.map((p) => p ?? 1));
}

function fromError(loss: Loss, change: Change): number | undefined {
  const [edge, found] = [logOf(loss, loss.margin, change), logOf(loss, loss.value, change)];
  if (change.error === undefined || edge === undefined || found === undefined) return undefined;
  const { se, df } = change.error;
  const beyond = Math.abs(found) > Math.abs(edge) && loss.value > loss.margin ? 1 : -1;
  if (se === 0) return beyond > 0 ? 0 : 1;
  const t = (beyond * Math.abs(found - edge)) / se;
  return studentCdf(-t, df);
}

/** Of the half of the interval that faces the margin, read as 1.96 standard errors, with the usual noise of launches where none was seen. */
function fromInterval({ margin, value, low, scale }: Loss, change: Change): number | undefined {
  if (low === undefined) return undefined;
  if (!Number.isFinite(value)) return low > margin ? 0 : 1;
  const half = value - low;
  const assumed = change.certainty === "within-launch" ? 1.96 * Math.SQRT2 * ASSUMED_NOISE * scale : 0;
  const width = Math.hypot(half, assumed);
  if (width === 0) return value > margin ? 0 : 1;
  return normalCdf((-1.96 * (value - margin)) / width);
}

/** A loss as |ln(head/base)|, signed as the change is; `undefined` where the base is nothing to speak of. */
function logOf({ relative, rises }: Loss, loss: number, { base }: Change): number | undefined {
  const share = relative ? loss : loss / base;
  const ratio = rises ? 1 + share : 1 - share;
  return ratio > 0 && Number.isFinite(ratio) ? Math.log(ratio) : undefined;
}

/** A loss, positive when worse, in the margin's own scale: a share for `%`, otherwise the metric's unit. */
interface Loss {
  readonly margin: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly relative: boolean;
  readonly rises: boolean;
  /** The standard deviation of a launch is this many times its share, in the loss's own scale; 0 for shares, which do not multiply. */
  readonly scale: number;
}

function lossAgainst(margin: Amount, gate: RelativeGate, change: Change): Loss {
  const relative = margin.unit === "%";
  const scale = relative ? relativeScale(change) : change;
  const [value, low, high] = relative
    ? [scale.relative, scale.relativeLow, scale.relativeHigh]
    : [change.difference, change.differenceLow, change.differenceHigh];
  const size = relative ? margin.value / 100 : inUnit(margin, change.unit);
  const known = value ?? Number.NaN;
  const share = change.unit === "percent" || change.unit === "points";
  const spread = share || !(change.base > 0) ? 0 : relative ? 1 : change.base;
  const interval = low === undefined || high === undefined ? {} : gate.worse === "rises" ? { low, high } : { low: -high, high: -low };
  return {
    margin: size,
    value: gate.worse === "rises" ? known : -known,
    ...interval,
    relative,
    rises: gate.worse === "rises",
    scale: spread,
  };
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

function statusOf(losses: readonly Loss[], change: Change, p: number | undefined): "failed" | "passed" | "inconclusive" {
  if (losses.length === 0 || losses.some((loss) => Number.isNaN(loss.value))) return "inconclusive";
  if (change.certainty === "none") return losses.every((loss) => loss.value > FAR * loss.margin) ? "failed" : "inconclusive";
  const clear = change.certainty !== "within-launch" || (p !== undefined && p <= RATE);
  if (clear && losses.every((loss) => loss.low !== undefined && loss.low > loss.margin)) return "failed";
  const inside = losses.some((loss) => loss.high !== undefined && loss.high <= loss.margin);
  return inside && unanswered(change) <= 0 ? "passed" : "inconclusive";
}

/** Questions that the baseline answered and this run did not: they could have been the wrong ones. */
function unanswered({ metric, certainty, n, launches }: Change): number {
  if (metric !== "accuracy") return 0;
  const perLaunch = certainty !== "paired-questions";
  return n.base / (perLaunch ? launches.base : 1) - n.head / (perLaunch ? launches.head : 1);
}

function whyUndecided(losses: readonly Loss[], change: Change, cost: number | undefined): string {
  const missing = unanswered(change);
  if (missing > 0) return `${count(Math.ceil(missing), "question")} answered on the baseline went unanswered`;
  const [loss] = losses;
  if (change.certainty === "none") return "one number on each side and no interval";
  if (loss?.low === undefined || loss.high === undefined) return "no interval";
  const noisy = losses.every(({ low, margin }) => low !== undefined && low > margin);
  const detectable = (POWER * (loss.high - loss.low)) / 2;
  const size = loss.relative ? `${number(100 * detectable, 1)}%` : quantity(detectable, pointsFor(change), change.metric);
  const why = noisy
    ? `launches of one build often differ by ${100 * ASSUMED_NOISE}%, which could explain it`
    : `this comparison can show changes of about ${size} and more`;
  const distances = losses.map((each) => Math.abs((logOf(each, each.value, change) ?? 0) - (logOf(each, each.margin, change) ?? 0)));
  const settled = settling(change, Math.max(...distances), cost);
  return settled === undefined ? why : `${why}; ${settled}`;
}

function pointsFor(change: Change): Change["unit"] {
  return change.unit === "percent" ? "points" : change.unit;
}

/** `ttft_p50 210.0 → 260.0 ms (+23.8%, 95% interval +20.1 to +27.6%)`. */
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
    return `${text}, 95% interval ${signed(change.differenceLow, digitsOf(change))} to ${signed(change.differenceHigh, digitsOf(change))}`;
  }
  const text = signedPercent(change.relative);
  if (change.relativeLow === undefined || change.relativeHigh === undefined) return text;
  return `${text}, 95% interval ${signed(100 * change.relativeLow, 1)} to ${signedPercent(change.relativeHigh)}`;
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
