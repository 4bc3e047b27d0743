/** ψ(x) = d/dx ln Γ(x) for x > 0: recurrence up to 10, then the asymptotic series DLMF 5.11.2; to about 1e-13. */
export function digamma(x: number): number {
  let [at, lift] = [x, 0];
  for (; at < 10; at += 1) lift -= 1 / at;
  const square = 1 / (at * at);
  const tail =
    square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - (square * 691) / 32_760)))));
  return lift + Math.log(at) - 0.5 / at - tail;
}

/** ψ′(x) for x > 0; recurrence and asymptotic series (DLMF 5.15.8), to about 1e-13 relative. */
export function trigamma(x: number): number {
  let [at, lift] = [x, 0];
  for (; at < 12; at += 1) lift += 1 / (at * at);
  const square = 1 / (at * at);
  const series =
    1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - square * (5 / 66 - square * (691 / 2_730 - (square * 7) / 6)))));
  return lift + 1 / at + square / 2 + (square / at) * series;
}

/** The x with ψ′(x) = y, for y > 0: Newton's method on 1/ψ′, which is convex (Smyth 2004, appendix). */
export function trigammaInverse(y: number): number {
  if (y > 1e7) return 1 / Math.sqrt(y);
  if (y < 1e-6) return 1 / y;
  let x = 0.5 + 1 / y;
  for (let step = 0; step < 100; step += 1) {
    const value = trigamma(x);
    const change = (value * (1 - value / y)) / tetragamma(x);
    x += change;
    if (Math.abs(change) < 1e-15 * x) break;
  }
  return x;
}

/** ψ″(x) for x > 0; only steers Newton's steps. */
function tetragamma(x: number): number {
  let [at, lift] = [x, 0];
  for (; at < 12; at += 1) lift -= 2 / at ** 3;
  const square = 1 / (at * at);
  return lift - square * (1 + 1 / at + square * (0.5 - square * (1 / 6 - square * (1 / 6 - square * (3 / 10)))));
}
