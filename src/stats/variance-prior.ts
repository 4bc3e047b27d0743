import { mean, variance } from "./moments.ts";
import { digamma, trigamma, trigammaInverse } from "./polygamma.ts";
import { quantile } from "./quantile.ts";
import { sorted } from "./samples.ts";

/** What many variances of the same kind say of one of them: a typical value that counts as `df` degrees of freedom. */
export interface VariancePrior {
  readonly variance: number;
  /** Infinite where they differ no more than chance makes them. */
  readonly df: number;
}

/**
 * The scaled F prior of many sample variances by the moments of their logarithms (Smyth 2004, §6.2). A variance of next to nothing counts
 * as 10⁻⁵ of their median, as its logarithm would rule all others. `undefined` below two variances or where most are 0.
 */
export function variancePrior(samples: readonly { readonly variance: number; readonly df: number }[]): VariancePrior | undefined {
  const known = samples.filter((sample) => sample.df > 0);
  const floor = 1e-5 * (quantile(sorted(known.map((sample) => sample.variance)), 0.5) ?? 0);
  if (known.length < 2 || floor === 0) return undefined;
  const logs = known.map(({ variance: each, df }) => Math.log(Math.max(floor, each)) - digamma(df / 2) + Math.log(df / 2));
  const centre = mean(logs) ?? 0;
  const excess = (variance(logs) ?? 0) - (mean(known.map(({ df }) => trigamma(df / 2))) ?? 0);
  if (excess <= 0) return { variance: Math.exp(centre), df: Number.POSITIVE_INFINITY };
  const half = trigammaInverse(excess);
  return { variance: Math.exp(centre + digamma(half) - Math.log(half)), df: 2 * half };
}
