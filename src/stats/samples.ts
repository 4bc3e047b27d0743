declare const ascending: unique symbol;

/** Finite numbers in ascending order; made only by `sorted`, so that a quantile is never taken of unsorted numbers. */
export type SortedSamples = Float64Array & { readonly [ascending]: true };

/** A sorted copy. Throws on a number that is not finite: it would sort to an end and pass for an extreme measurement. */
export function sorted(values: Iterable<number>): SortedSamples {
  const copy = Float64Array.from(values);
  if (!copy.every(Number.isFinite)) throw new RangeError("samples must be finite numbers");
  return copy.sort() as SortedSamples;
}
