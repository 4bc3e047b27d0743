import { AllReduce } from "./all-reduce.ts";
import { onePass, TILE, tiled } from "./attention.ts";
import { roundToBf16 } from "./bf16.ts";
import { roundSlab, type Slab } from "./cache.ts";
import { GraphMetadata } from "./graphs.ts";
import { linear, rmsNorm } from "./linear.ts";
import type { Variant } from "./variant.ts";
import { HEAD_DIM, type Layer, type Weights } from "./weights.ts";

/** One token to be read at a place of a sequence. */
export interface Row {
  readonly slab: Slab;
  readonly token: number;
  readonly position: number;
}

/** Rows computed at once in prefill; bounds the scratch memory. */
export const CHUNK = 64;

/** The forward pass of a Llama with as many key heads as query heads and a tied head, in 32-bit floats. */
export class Llama {
  readonly weights: Weights;
  readonly #variant: Variant;
  readonly #metadata: GraphMetadata;
  readonly #reduce: AllReduce;
  readonly #scratch: Scratch;
  readonly #heads: number;

  constructor(weights: Weights, variant: Variant) {
    this.weights = weights;
    this.#variant = variant;
    this.#metadata = new GraphMetadata(variant.faults.includes("stale-metadata"));
    this.#reduce = new AllReduce(variant.ranks, variant.faults.includes("racy-all-reduce"), variant.rounding === "bfloat16");
    this.#scratch = scratch(weights);
    this.#heads = weights.hidden / HEAD_DIM;
  }

  /** Read consecutive tokens of one sequence; returns `tokens × vocabulary` logits, valid until the next call. At most `CHUNK` tokens. */
  prefill(slab: Slab, tokens: readonly number[], from: number): Float32Array {
    const rows = tokens.map((token, i): Row => ({ slab, token, position: from + i }));
    const lengths = rows.map(({ position }) => position + 1);
    return this.#forward(rows, lengths, false);
  }

  /** Call once a prompt is read; from here on the cache is as decode will find it. */
  settle(slab: Slab, tokens: number): void {
    if (this.#fp8) roundSlab(slab, 0, tokens, this.weights.hidden);
  }

  /** One step of up to `CHUNK` sequences at once; returns `rows × vocabulary` logits, valid until the next call. */
  decode(rows: readonly Row[]): Float32Array {
    const lengths = rows.map(({ position }) => position + 1);
    return this.#forward(rows, this.#variant.graphs ? this.#metadata.replay(lengths) : lengths, true);
  }

  get #fp8(): boolean {
    return this.#variant.fp8Cache || this.#variant.faults.includes("fp8-kv");
  }

  #forward(rows: readonly Row[], lengths: ArrayLike<number>, decoding: boolean): Float32Array {
    const { hidden, inner, vocabulary, embedding, layers, norm } = this.weights;
    const { x, normed, attended, projected, gate, up, logits } = this.#scratch;
    const n = rows.length;
    for (const [i, { token }] of rows.entries()) x.set(embedding.subarray(token * hidden, (token + 1) * hidden), i * hidden);
    for (const [index, layer] of layers.entries()) {
      rmsNorm(layer.inputNorm, x, normed, n);
      this.#round(normed, n * hidden);
      this.#attend(index, layer, rows, lengths, decoding);
      this.#reduce.project(layer.output, attended, projected, n, hidden, hidden, HEAD_DIM);
      for (let i = 0; i < n * hidden; i += 1) x[i] = x[i]! + projected[i]!;
      this.#round(x, n * hidden);
      rmsNorm(layer.postNorm, x, normed, n);
      this.#round(normed, n * hidden);
      linear(layer.gate, normed, gate, n, hidden, inner);
      linear(layer.up, normed, up, n, hidden, inner);
      for (let i = 0; i < n * inner; i += 1) gate[i] = (gate[i]! / (1 + Math.exp(-gate[i]!))) * up[i]!;
      this.#round(gate, n * inner);
      this.#reduce.project(layer.down, gate, projected, n, inner, hidden, inner / 2);
      for (let i = 0; i < n * hidden; i += 1) x[i] = x[i]! + projected[i]!;
      this.#round(x, n * hidden);
    }
    rmsNorm(norm, x, normed, n);
    this.#round(normed, n * hidden);
    linear(embedding, normed, logits, n, hidden, vocabulary);
    return logits;
  }

  #attend(index: number, layer: Layer, rows: readonly Row[], lengths: ArrayLike<number>, decoding: boolean): void {
    const { hidden } = this.weights;
    const { normed, query, key, value, attended } = this.#scratch;
    linear(layer.query, normed, query, rows.length, hidden, hidden);
    linear(layer.key, normed, key, rows.length, hidden, hidden);
    linear(layer.value, normed, value, rows.length, hidden, hidden);
    this.#round(value, rows.length * hidden);
    for (const [i, { position }] of rows.entries()) {
      this.#rotate(query, i * hidden, position);
      this.#rotate(key, i * hidden, position);
    }
    this.#round(query, rows.length * hidden);
    this.#round(key, rows.length * hidden);
    for (const [i, { slab, position }] of rows.entries()) {
      slab.keys[index]?.set(key.subarray(i * hidden, (i + 1) * hidden), position * hidden);
      slab.values[index]?.set(value.subarray(i * hidden, (i + 1) * hidden), position * hidden);
      if (decoding && this.#fp8) roundSlab(slab, position, position + 1, hidden, index);
    }
    const { faults, prefillAttention } = this.#variant;
    const kernel = decoding ? this.#variant.attention : (prefillAttention ?? this.#variant.attention);
    const attention = kernel === "tiled" ? tiled : onePass;
    // Forgetting the root is the fault.
    const scale = 1 / (faults.includes("wrong-scale") ? HEAD_DIM : Math.sqrt(HEAD_DIM));
    for (const [i, { slab }] of rows.entries()) {
      const length = Math.max(1, Math.min(lengths[i] ?? 1, slab.capacity));
      // The start of the question is forgotten.
      const dropped = decoding && faults.includes("dropped-tile") && length > TILE ? 0 : undefined;
      const keys = slab.keys[index] ?? new Float32Array();
      const values = slab.values[index] ?? new Float32Array();
      for (let head = 0; head < this.#heads; head += 1) {
        const headAt = head * HEAD_DIM;
        attention({ query, queryAt: i * hidden + headAt, headAt, keys, values, stride: hidden, length, scale, dropped }, attended);
      }
    }
    this.#round(attended, rows.length * hidden);
  }

  #round(values: Float32Array, count: number): void {
    if (this.#variant.rounding === "bfloat16") roundToBf16(values, count);
  }

  /** Rotary embedding: the first half of a head is turned against its second half. */
  #rotate(x: Float32Array, at: number, position: number): void {
    const { cos, sin, hidden } = this.weights;
    const half = HEAD_DIM / 2;
    for (let start = at; start < at + hidden; start += HEAD_DIM) {
      for (let i = 0; i < half; i += 1) {
        const c = cos[position * half + i]!;
        const s = sin[position * half + i]!;
        const a = x[start + i]!;
        const b = x[start + half + i]!;
        x[start + i] = a * c - b * s;
        x[start + half + i] = b * c + a * s;
      }
    }
  }
}

type Scratch = Readonly<
  Record<"x" | "normed" | "query" | "key" | "value" | "attended" | "projected" | "gate" | "up" | "logits", Float32Array>
>;

function scratch({ hidden, inner, vocabulary }: Weights): Scratch {
  const rows = (width: number): Float32Array => new Float32Array(CHUNK * width);
  return {
    x: rows(hidden),
    normed: rows(hidden),
    query: rows(hidden),
    key: rows(hidden),
    value: rows(hidden),
    attended: rows(hidden),
    projected: rows(hidden),
    gate: rows(inner),
    up: rows(inner),
    logits: rows(vocabulary),
  };
}
