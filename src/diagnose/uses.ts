import type { Phase } from "../model/index.ts";
import { CLUSTER_OPENERS } from "./cluster.ts";
import { literalIndex, type LiteralIndex } from "./literals.ts";
import { PHASE_MARKERS } from "./phase.ts";
import type { Clue, Signature } from "./signature.ts";
import { USUAL_LINES } from "./usual.ts";

/** What a literal is looked for. */
export type Use =
  | { readonly kind: "clue"; readonly signature: Signature; readonly clue: Clue }
  | { readonly kind: "phase"; readonly phase: Phase; readonly literal: string }
  | { readonly kind: "error" }
  | { readonly kind: "sglang" };

/** Every literal that anybody waits for, found in one pass. */
export interface Uses {
  readonly index: LiteralIndex;
  /** By the literal's number. */
  readonly literals: readonly string[];
  readonly of: readonly (readonly Use[])[];
}

/** Worth doing once for a shelf. */
export function usesOf(shelf: readonly Signature[]): Uses {
  const uses = new Map<string, Use[]>();
  const add = (literal: string, use: Use): void => void uses.set(literal, [...(uses.get(literal) ?? []), use]);
  for (const signature of shelf) {
    for (const clue of signature.clues) for (const literal of [clue.has].flat()) add(literal, { kind: "clue", signature, clue });
  }
  for (const [phase, literal] of PHASE_MARKERS) add(literal, { kind: "phase", phase, literal });
  for (const literal of CLUSTER_OPENERS) add(literal, { kind: "error" });
  for (const literal of ["sglang", "ServerArgs("]) add(literal, { kind: "sglang" });
  const literals = [...uses.keys()];
  return { index: literalIndex(literals, USUAL_LINES), literals, of: [...uses.values()] };
}
