/** Largest number of FP8 E4M3 (the finite variant, OCP 8-bit specification 1.0). */
const LARGEST = 448;
/** Below 2⁻⁶ the spacing stays that of the smallest normal number. */
const SMALLEST_EXPONENT = -6;

/** The nearest FP8 E4M3 number, ties to even, saturating: three bits of mantissa. */
export function roundToE4m3(value: number): number {
  const size = Math.abs(value);
  if (!(size > 0)) return value;
  if (size >= LARGEST) return Math.sign(value) * LARGEST;
  const step = 2 ** (Math.max(SMALLEST_EXPONENT, Math.floor(Math.log2(size))) - 3);
  const steps = size / step;
  const below = Math.floor(steps);
  const odd = below % 2 === 1;
  const up = steps - below > 0.5 || (steps - below === 0.5 && odd);
  return Math.sign(value) * (up ? below + 1 : below) * step;
}
