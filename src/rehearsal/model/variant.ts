/** Ways of being wrong that crash nothing. */
export const NUMERIC_FAULTS = ["stale-metadata", "dropped-tile", "wrong-scale", "racy-all-reduce", "fp8-kv"] as const;
export type NumericFault = (typeof NUMERIC_FAULTS)[number];

/** How the forward pass is carried out. Without a fault every variant gives the same answers up to rounding. */
export interface Variant {
  /** One pass over all scores, or tiles with a running maximum (online softmax). */
  readonly attention: "one-pass" | "tiled";
  /** Decode replays captured graphs, whose metadata buffers are kept per batch shape. */
  readonly graphs: boolean;
  /** Ranks that share each layer; their partial sums are added. */
  readonly ranks: 1 | 2;
  /** Keys and values are kept as FP8 E4M3. */
  readonly fp8Cache: boolean;
  readonly faults: readonly NumericFault[];
  /** What prefill uses instead, as engines have other kernels for it; as `attention` where absent. */
  readonly prefillAttention?: "one-pass" | "tiled";
  /** What every layer hands on, and the cache, are rounded to BF16, as engines serve; 32-bit floats where absent. */
  readonly rounding?: "bfloat16";
}

export const PLAIN: Variant = { attention: "one-pass", graphs: false, ranks: 1, fp8Cache: false, faults: [] };
