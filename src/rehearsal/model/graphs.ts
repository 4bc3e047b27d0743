/** Batch sizes captured, smallest first; a batch runs in the smallest that holds it. Larger batches run without a graph. */
export const CAPTURE_SIZES = [1, 2, 4, 8, 16, 32] as const;

/** The metadata buffers of captured decode graphs, one per batch shape, filled before each replay. */
export class GraphMetadata {
  readonly #stale: boolean;
  readonly #lengths = new Map<number, Int32Array>();

  /** `stale`: a buffer that was filled once is only advanced by a step, whoever is in the batch now; a fault. */
  constructor(stale: boolean) {
    this.#stale = stale;
  }

  /** How many tokens each row attends to, as the replayed graph sees it. */
  replay(lengths: readonly number[]): ArrayLike<number> {
    const size = CAPTURE_SIZES.find((each) => each >= lengths.length);
    if (size === undefined) return lengths;
    const known = this.#lengths.get(size);
    if (known !== undefined && this.#stale) {
      for (let row = 0; row < size; row += 1) known[row] = (known[row] ?? 0) + 1;
      return known;
    }
    const buffer = known ?? new Int32Array(size);
    buffer.set(lengths);
    this.#lengths.set(size, buffer);
    return buffer;
  }
}
