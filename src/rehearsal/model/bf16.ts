/** Round the first `count` numbers to BF16 in place, ties to even: the upper half of a 32-bit float. Infinities and NaN stay what they are. */
export function roundToBf16(values: Float32Array, count: number): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, count);
  for (let i = 0; i < count; i += 1) {
    const each = bits[i]!;
    if ((each & 0x7f800000) !== 0x7f800000) bits[i] = ((each + 0x7fff + ((each >>> 16) & 1)) & 0xffff0000) >>> 0;
  }
}
