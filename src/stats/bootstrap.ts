import type { Estimate } from "./difference.ts";
import { quantile } from "./quantile.ts";
import { random } from "./random.ts";
import { sorted } from "./samples.ts";

/**
 * Percentile bootstrap (Efron 1979): `statistic` of `rounds` resamples with replacement, the same ones for the same seed. `undefined`
 * below two items. A resample whose statistic is not a finite number is left out; where fewer than half remain there is no interval.
 */
export function bootstrap<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { seed, rounds = 2_000, confidence = 0.95 }: { readonly seed: number; readonly rounds?: number; readonly confidence?: number },
): Estimate | undefined {
  if (items.length < 2) return undefined;
  const uniform = random(seed);
  const draws = Array.from({ length: rounds }, () => statistic(items.map(() => items[Math.floor(uniform() * items.length)] as T))).filter(
    Number.isFinite,
  );
  if (draws.length < rounds / 2) return undefined;
  const ordered = sorted(draws);
  const tail = (1 - confidence) / 2;
  return { value: statistic(items), low: quantile(ordered, tail) as number, high: quantile(ordered, 1 - tail) as number };
}
