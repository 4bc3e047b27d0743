/** Waiting time of M/D/1 (Erlang 1909): P(W ≤ x) = (1−ρ) Σ (λ(kD−x))^k / k! · e^(−λ(kD−x)), k ≤ x/D. */
export function md1Quantile(q: number, perMs: number, serviceMs: number): number {
  const cdf = (x: number): number => {
    let sum = 0;
    let factorial = 1;
    for (let k = 0; k <= Math.floor(x / serviceMs); k += 1) {
      factorial *= Math.max(1, k);
      const y = perMs * (k * serviceMs - x);
      sum += (y ** k / factorial) * Math.exp(-y);
    }
    return (1 - perMs * serviceMs) * sum;
  };
  let [low, high] = [0, 40 * serviceMs];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (cdf(middle) < q) low = middle;
    else high = middle;
  }
  return low;
}
