/** Arithmetic mean; `undefined` of nothing. */
export function mean(values: ArrayLike<number>): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

/** Sample variance with n − 1 in the denominator; `undefined` below two values. Two passes, so that a large mean costs no digits. */
export function variance(values: ArrayLike<number>): number | undefined {
  const centre = mean(values);
  if (centre === undefined || values.length < 2) return undefined;
  return sum(Array.from(values, (value) => (value - centre) ** 2)) / (values.length - 1);
}

/** Sum with Neumaier's compensation, so that the order of many small numbers hardly matters. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
