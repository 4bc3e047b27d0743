/** The columns of a weight matrix that one rank of a tensor-parallel group owns. */
export interface Columns {
  readonly from: number;
  readonly to: number;
}

/**
 * `y[r][o] = Σ w[o][i] · x[r][i]` over the columns given, for `rows` rows. `w` is `outputs × inputs`, row-major. Four rows share each
 * weight that is loaded, because memory is what bounds it.
 */
// oxlint-disable-next-line max-params -- the shape of a matrix product; an object here would be made thousands of times per token
export function linear(
  w: Float32Array,
  x: Float32Array,
  y: Float32Array,
  rows: number,
  inputs: number,
  outputs: number,
  { from, to }: Columns = { from: 0, to: inputs },
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) four(w, x, y, row, inputs, outputs, from, to);
  for (; row < rows; row += 1) one(w, x, y, row, inputs, outputs, from, to);
}

/** One row against four outputs at a time, so that four weights share each input that is loaded. */
// oxlint-disable-next-line max-params -- see above
function one(
  w: Float32Array,
  x: Float32Array,
  y: Float32Array,
  row: number,
  inputs: number,
  outputs: number,
  from: number,
  to: number,
): void {
  const at = row * inputs;
  for (let o = 0; o < outputs; o += 4) {
    // Past the last output the last one is computed again.
    const w0 = o * inputs;
    const w1 = Math.min(o + 1, outputs - 1) * inputs;
    const w2 = Math.min(o + 2, outputs - 1) * inputs;
    const w3 = Math.min(o + 3, outputs - 1) * inputs;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = from; i < to; i += 1) {
      const value = x[at + i]!;
      a += w[w0 + i]! * value;
      b += w[w1 + i]! * value;
      c += w[w2 + i]! * value;
      d += w[w3 + i]! * value;
    }
    const to0 = row * outputs + o;
    y[to0] = a;
    if (o + 1 < outputs) y[to0 + 1] = b;
    if (o + 2 < outputs) y[to0 + 2] = c;
    if (o + 3 < outputs) y[to0 + 3] = d;
  }
}

/** Four rows against two outputs at a time. */
// oxlint-disable-next-line max-params -- see above
function four(
  w: Float32Array,
  x: Float32Array,
  y: Float32Array,
  row: number,
  inputs: number,
  outputs: number,
  from: number,
  to: number,
): void {
  const x0 = row * inputs;
  const x1 = x0 + inputs;
  const x2 = x1 + inputs;
  const x3 = x2 + inputs;
  for (let o = 0; o < outputs; o += 2) {
    const next = Math.min(o + 1, outputs - 1);
    const w0 = o * inputs;
    const w1 = next * inputs;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    let b3 = 0;
    for (let i = from; i < to; i += 1) {
      const wa = w[w0 + i]!;
      const wb = w[w1 + i]!;
      const v0 = x[x0 + i]!;
      const v1 = x[x1 + i]!;
      const v2 = x[x2 + i]!;
      const v3 = x[x3 + i]!;
      a0 += wa * v0;
      a1 += wa * v1;
      a2 += wa * v2;
      a3 += wa * v3;
      b0 += wb * v0;
      b1 += wb * v1;
      b2 += wb * v2;
      b3 += wb * v3;
    }
    const y0 = row * outputs;
    y[y0 + o] = a0;
    y[y0 + outputs + o] = a1;
    y[y0 + 2 * outputs + o] = a2;
    y[y0 + 3 * outputs + o] = a3;
    y[y0 + next] = b0;
    y[y0 + outputs + next] = b1;
    y[y0 + 2 * outputs + next] = b2;
    y[y0 + 3 * outputs + next] = b3;
  }
}

/** Root-mean-square norm of each row, into `y`. */
export function rmsNorm(weight: Float32Array, x: Float32Array, y: Float32Array, rows: number): void {
  const size = weight.length;
  for (let at = 0; at < rows * size; at += size) {
    let squares = 0;
    for (let i = 0; i < size; i += 1) squares += x[at + i]! * x[at + i]!;
    const scale = 1 / Math.sqrt(squares / size + 1e-5);
    for (let i = 0; i < size; i += 1) y[at + i] = x[at + i]! * scale * weight[i]!;
  }
}
