/**
 * The x in [low, high] where the increasing function reaches `target`, by bisection down to the last bit: slower than Newton's method
 * and without its ways to fail.
 */
export function solve(increasing: (x: number) => number, target: number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 1_100; i += 1) {
    const middle = from + (to - from) / 2;
    if (middle === from || middle === to) break;
    if (increasing(middle) < target) from = middle;
    else to = middle;
  }
  return to;
}
