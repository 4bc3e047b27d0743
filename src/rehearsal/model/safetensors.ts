/** A tensor read to 32-bit floats, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Read a safetensors file whose tensors are BF16 or F32: eight bytes of header length, a JSON header, then the numbers.
 * Throws on any other type, for the file is ours.
 */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 8, start - 8).toString()) as Record<string, Entry>;
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = entry.data_offsets;
    tensors.set(name, { shape: entry.shape, values: numbers(view, start + from, to - from, entry.dtype, name) });
  }
  return tensors;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function numbers(view: DataView, from: number, length: number, dtype: string, name: string): Float32Array {
  if (dtype === "F32") return Float32Array.from({ length: length / 4 }, (_, i) => view.getFloat32(from + 4 * i, true));
  if (dtype !== "BF16") throw new Error(`tensor ${name} is ${dtype}; only BF16 and F32 are read`);
  // BF16 is the upper half of a 32-bit float.
  const bits = new Uint32Array(length / 2);
  for (let i = 0; i < bits.length; i += 1) bits[i] = view.getUint16(from + 2 * i, true) << 16;
  return new Float32Array(bits.buffer);
}
