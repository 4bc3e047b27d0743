import type { CacheState } from "../model/index.ts";

/** Lines by which an engine says that it compiled something, or that it found it compiled. */
export interface CacheLines {
  readonly cold: readonly RegExp[];
  readonly warm: readonly RegExp[];
}

/** As vLLM 0.11 to 0.33 print it; SGLang's compiler for piecewise graphs is of the same descent. */
export const compilerCache: CacheLines = {
  cold: [/Compiling a graph for (?:compile range|dynamic shape|shape) /, /Cache the graph of (?:compile range|dynamic shape|shape) /],
  warm: [/Directly load (?:the compiled graph\(s\)|AOT compilation) /],
};

/** What a start-up found of earlier ones; undefined where it says nothing of it. Whatever had to be compiled makes it a cold one. */
export function cacheState(lines: readonly string[], known: CacheLines | undefined): CacheState | undefined {
  if (known === undefined) return undefined;
  const seen = (patterns: readonly RegExp[]): boolean => lines.some((line) => patterns.some((pattern) => pattern.test(line)));
  return seen(known.cold) ? "cold" : seen(known.warm) ? "warm" : undefined;
}
