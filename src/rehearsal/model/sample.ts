/** Log-probability of each token, in 64 bits, into `out`. */
export function logSoftmax(logits: Float32Array, at: number, out: Float64Array): void {
  let largest = -Infinity;
  for (let i = 0; i < out.length; i += 1) if (logits[at + i]! > largest) largest = logits[at + i]!;
  let total = 0;
  for (let i = 0; i < out.length; i += 1) total += Math.exp(logits[at + i]! - largest);
  const base = largest + Math.log(total);
  for (let i = 0; i < out.length; i += 1) out[i] = logits[at + i]! - base;
}

/** The `count` likeliest tokens, the likeliest first; of equals the one with the smaller id. */
export function likeliest(logprobs: Float64Array, count: number): number[] {
  const found: number[] = [];
  for (let id = 0; id < logprobs.length; id += 1) {
    let place = found.length;
    while (place > 0 && logprobs[found[place - 1]!]! < logprobs[id]!) place -= 1;
    if (place >= count) continue;
    found.splice(place, 0, id);
    found.length = Math.min(found.length, count);
  }
  return found;
}

/** Draw a token at a temperature from a share in [0, 1); the likeliest one at temperature 0. Ids in `banned` are never drawn. */
export function draw(logprobs: Float64Array, temperature: number, share: number, banned: ReadonlySet<number>): number {
  if (temperature <= 0) return likeliest(logprobs, banned.size + 1).find((id) => !banned.has(id)) ?? 0;
  let total = 0;
  for (let id = 0; id < logprobs.length; id += 1) if (!banned.has(id)) total += Math.exp(logprobs[id]! / temperature);
  let left = share * total;
  for (let id = 0; id < logprobs.length; id += 1) {
    if (banned.has(id)) continue;
    left -= Math.exp(logprobs[id]! / temperature);
    if (left < 0) return id;
  }
  return likeliest(logprobs, banned.size + 1).find((id) => !banned.has(id)) ?? 0;
}
