import type { Random } from "./random.ts";

/** How lengths in tokens differ from request to request around a given length. */
export type Lengths =
  /** Whole numbers from length × (1 − share) to length × (1 + share), all equally likely; vLLM's `--random-range-ratio`. */
  | { readonly kind: "uniform"; readonly share: number }
  /** Normal with this standard deviation in tokens, rounded, never below 1. */
  | { readonly kind: "normal"; readonly deviation: number };

/** One length of the law; at least 1. Draws one number from `draw`, or two for a normal. */
export function drawLength(length: number, law: Lengths | undefined, draw: Random): number {
  if (law === undefined) return length;
  if (law.kind === "uniform") {
    const [least, most] = [Math.floor(length * (1 - law.share)), Math.ceil(length * (1 + law.share))];
    return Math.max(1, least + Math.floor(draw() * (most - least + 1)));
  }
  const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  return Math.max(1, Math.round(length + law.deviation * normal));
}
