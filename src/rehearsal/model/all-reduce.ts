import { roundToBf16 } from "./bf16.ts";
import { linear } from "./linear.ts";

/** Adds the partial sums of two ranks; each owns some columns of the weights that follow a split layer. */
export class AllReduce {
  readonly #ranks: 1 | 2;
  readonly #racy: boolean;
  readonly #rounded: boolean;
  /** Rank 1 writes here, rank 0 reads: the shared buffer of a custom all-reduce. */
  #shared = new Float32Array();
  #calls = 0;

  /**
   * `racy`: about one call in four reads the upper half before rank 1 has written it; a fault. `rounded`: what the ranks exchange, and the
   * sum, are BF16.
   */
  constructor(ranks: 1 | 2, racy: boolean, rounded: boolean) {
    this.#ranks = ranks;
    this.#racy = racy;
    this.#rounded = rounded;
  }

  /** `y = W x` with the columns of `W` split at `split`. */
  // oxlint-disable-next-line max-params -- the shape of a matrix product
  project(w: Float32Array, x: Float32Array, y: Float32Array, rows: number, inputs: number, outputs: number, split: number): void {
    const size = rows * outputs;
    if (this.#ranks === 1) {
      linear(w, x, y, rows, inputs, outputs);
      if (this.#rounded) roundToBf16(y, size);
      return;
    }
    if (this.#shared.length < size) this.#shared = new Float32Array(size);
    linear(w, x, y, rows, inputs, outputs, { from: 0, to: split });
    this.#calls += 1;
    const early = this.#racy && (Math.imul(this.#calls, 0x9e3779b1) >>> 0) % 4 === 0 ? size >> 1 : size;
    const before = early < size ? this.#shared.slice(early, size) : undefined;
    linear(w, x, this.#shared, rows, inputs, outputs, { from: split, to: inputs });
    if (this.#rounded) {
      roundToBf16(y, size);
      roundToBf16(this.#shared, size);
    }
    for (let i = 0; i < size; i += 1) y[i] = y[i]! + (i < early || before === undefined ? this.#shared[i]! : before[i - early]!);
    if (this.#rounded) roundToBf16(y, size);
  }
}
