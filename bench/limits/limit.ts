/** One claim about the load generator, as it was measured. */
export interface Measured {
  readonly what: string;
  readonly seen: string;
  readonly limit: string;
  readonly holds: boolean;
}

/** Type 7 of unsorted numbers; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  const at = (ascending.length - 1) * q;
  const below = ascending[Math.floor(at)] ?? Number.NaN;
  const above = ascending[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
