/** A number that depends on a text alone (FNV-1a over its bytes), so that what is drawn for it is the same in every run. */
export function seedOf(text: string): number {
  return Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
