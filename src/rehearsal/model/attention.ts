import { HEAD_DIM } from "./weights.ts";

/** One query row of one head against the first `length` tokens of a cache. */
export interface Reading {
  readonly query: Float32Array;
  /** Where this head starts in a query row, a key row, a value row and the output row. */
  readonly queryAt: number;
  readonly headAt: number;
  readonly keys: Float32Array;
  readonly values: Float32Array;
  /** Length of a key row. */
  readonly stride: number;
  readonly length: number;
  readonly scale: number;
  /** Index of a tile that is left out; a fault. */
  readonly dropped: number | undefined;
}

export const TILE = 32;

const scores = new Float32Array(4096);

/** All scores first, then the softmax, then the sum of the values. */
export function onePass(reading: Reading, out: Float32Array): void {
  const { length, queryAt } = reading;
  let largest = -Infinity;
  for (let t = 0; t < length; t += 1) {
    const score = left(reading, t) ? -Infinity : dot(reading, t);
    scores[t] = score;
    if (score > largest) largest = score;
  }
  let total = 0;
  for (let t = 0; t < length; t += 1) {
    const share = Math.exp(scores[t]! - largest);
    scores[t] = share;
    total += share;
  }
  out.fill(0, queryAt, queryAt + HEAD_DIM);
  for (let t = 0; t < length; t += 1) addValue(reading, t, scores[t]! / total, out);
}

/** Tile by tile with a running maximum, rescaling what was summed: the online softmax (Milakov and Gimelshein 2018; Dao et al. 2022). */
export function tiled(reading: Reading, out: Float32Array): void {
  const { length, queryAt, dropped } = reading;
  let largest = -Infinity;
  let total = 0;
  out.fill(0, queryAt, queryAt + HEAD_DIM);
  for (let start = 0; start < length; start += TILE) {
    if (start / TILE === dropped) continue;
    const end = Math.min(length, start + TILE);
    let peak = largest;
    for (let t = start; t < end; t += 1) {
      const score = dot(reading, t);
      scores[t] = score;
      if (score > peak) peak = score;
    }
    const rescale = Math.exp(largest - peak);
    total *= rescale;
    for (let d = queryAt; d < queryAt + HEAD_DIM; d += 1) out[d] = out[d]! * rescale;
    for (let t = start; t < end; t += 1) {
      const share = Math.exp(scores[t]! - peak);
      total += share;
      addValue(reading, t, share, out);
    }
    largest = peak;
  }
  for (let d = queryAt; d < queryAt + HEAD_DIM; d += 1) out[d] = out[d]! / total;
}

function left({ dropped }: Reading, t: number): boolean {
  return dropped !== undefined && Math.floor(t / TILE) === dropped;
}

function dot({ query, queryAt, keys, headAt, stride, scale }: Reading, t: number): number {
  const at = t * stride + headAt;
  let a = 0;
  let b = 0;
  for (let d = 0; d < HEAD_DIM; d += 2) {
    a += query[queryAt + d]! * keys[at + d]!;
    b += query[queryAt + d + 1]! * keys[at + d + 1]!;
  }
  return (a + b) * scale;
}

function addValue({ queryAt, values, headAt, stride }: Reading, t: number, share: number, out: Float32Array): void {
  const at = t * stride + headAt;
  for (let d = 0; d < HEAD_DIM; d += 1) out[queryAt + d] = out[queryAt + d]! + share * values[at + d]!;
}
