import { mean } from "./moments.ts";
import { meanInterval } from "./difference.ts";
import { quantile } from "./quantile.ts";
import { sorted } from "./samples.ts";

/** One sequence scored twice: log-probabilities of the same tokens. */
export interface ScoredPair {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Places at which both name the same likeliest token, of those where both name one. */
  readonly agreed?: number;
  readonly compared?: number;
}

export interface Divergence {
  /** Mean of the k3 estimate of the KL divergence, in nats per token. */
  readonly kl: number;
  /** 95 % t interval over sequences, for the tokens of one sequence are no independent samples; absent below two. */
  readonly low?: number;
  readonly high?: number;
  readonly tokens: number;
  readonly sequences: number;
  /** Largest |Δ log-probability| of one token. */
  readonly worst: number;
  /** 99 % of the tokens differ by no more. */
  readonly p99: number;
  /** Share of places with the same likeliest token, 0…1; absent where none was compared. */
  readonly top1?: number;
  /** Sequences whose own mean lies above the noise given. */
  readonly loud: number;
}

/** `undefined` of no sequences. `noise`: mean divergence per token up to which a sequence counts as quiet. */
export function divergence(pairs: readonly ScoredPair[], noise: number): Divergence | undefined {
  const means = pairs.map(({ before, after }) => mean(before.map((value, i) => k3((after[i] ?? Number.NaN) - value))) ?? Number.NaN);
  const kl = mean(means);
  if (kl === undefined) return undefined;
  const differences = pairs.flatMap(({ before, after }) => before.map((value, i) => Math.abs((after[i] ?? Number.NaN) - value)));
  const compared = pairs.reduce((total, pair) => total + (pair.compared ?? 0), 0);
  const interval = meanInterval(means);
  return {
    kl,
    ...(interval === undefined ? {} : { low: Math.max(0, interval.low), high: interval.high }),
    tokens: differences.length,
    sequences: pairs.length,
    worst: differences.reduce((most, each) => Math.max(most, each), 0),
    p99: quantile(sorted(differences), 0.99) ?? 0,
    ...(compared === 0 ? {} : { top1: pairs.reduce((total, pair) => total + (pair.agreed ?? 0), 0) / compared }),
    loud: means.filter((each) => each > noise).length,
  };
}

/**
 * Whether the mean reaches the limit, and more than one sequence speaks for it: a quarter of them, two at least. A single token of low
 * probability can lift the mean where nothing is wrong.
 */
export function diverges({ kl, loud, sequences }: Divergence, limit: number): boolean {
  return kl >= limit && loud >= Math.min(sequences, Math.max(2, Math.ceil(sequences / 4)));
}

/** Past this the exponential says nothing but "very wrong", and one token would drown all others. */
const LARGEST = 5;

/** exp(d) − 1 − d: never negative, and unbiased for the KL divergence where the tokens were drawn (Schulman 2020); d is cut off at 5. */
function k3(difference: number): number {
  const cut = Math.min(LARGEST, difference);
  return Math.expm1(cut) - cut;
}
