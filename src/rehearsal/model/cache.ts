import { roundToE4m3 } from "./fp8.ts";

const FIRST_CAPACITY = 256;

/** Keys and values of one sequence: per layer `capacity × hidden` each. Slabs are handed on uncleared, as an engine's blocks are. */
export interface Slab {
  readonly capacity: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/** Free slabs, by capacity. */
export class SlabPool {
  readonly #layers: number;
  readonly #hidden: number;
  readonly #free = new Map<number, Slab[]>();

  constructor(layers: number, hidden: number) {
    this.#layers = layers;
    this.#hidden = hidden;
  }

  /** A slab for at least `tokens` tokens. */
  take(tokens: number): Slab {
    let capacity = FIRST_CAPACITY;
    while (capacity < tokens) capacity *= 2;
    const found = this.#free.get(capacity)?.pop();
    if (found !== undefined) return found;
    const arrays = (): Float32Array[] => Array.from({ length: this.#layers }, () => new Float32Array(capacity * this.#hidden));
    return { capacity, keys: arrays(), values: arrays() };
  }

  give(slab: Slab): void {
    const free = this.#free.get(slab.capacity) ?? [];
    free.push(slab);
    this.#free.set(slab.capacity, free);
  }
}

/**
 * Round what is kept for the tokens `from`…`to` to FP8, in every layer or in one. Prefill reads its own chunk before it is rounded, decode
 * what is rounded.
 */
export function roundSlab(slab: Slab, from: number, to: number, hidden: number, layer?: number): void {
  const arrays = layer === undefined ? [...slab.keys, ...slab.values] : [slab.keys[layer], slab.values[layer]];
  for (const values of arrays) {
    if (values === undefined) continue;
    for (let i = from * hidden; i < to * hidden; i += 1) values[i] = roundToE4m3(values[i] ?? 0);
  }
}
