import { random, type Random } from "../stats/index.ts";

export type { Random } from "../stats/index.ts";

/** A stream of uniform numbers of its own for every tuple of parts, through FNV-1a. */
export function seeded(...parts: readonly (string | number)[]): Random {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(parts.join("\u0000"))) hash = Math.imul(hash ^ byte, 0x01000193);
  return random(hash);
}

/** A whole number in [from, to). */
export function between(draw: Random, from: number, to: number): number {
  return from + Math.floor(draw() * (to - from));
}
