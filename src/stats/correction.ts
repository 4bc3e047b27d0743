/**
 * p-values adjusted for the false discovery rate (Benjamini and Hochberg 1995), in the order given; reject where the adjusted value is
 * at most the rate.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const n = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[b] ?? 1) - (pValues[a] ?? 1));
  const adjusted = Array.from({ length: n }, () => 1);
  let least = 1;
  for (const [fromLast, i] of order.entries()) {
    least = Math.min(least, ((pValues[i] ?? 1) * n) / (n - fromLast));
    adjusted[i] = least;
  }
  return adjusted;
}
