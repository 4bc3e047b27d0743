export type { Inferred, ScoredToken, Wish } from "./batcher.ts";
export { Inference, type ThreadStart } from "./inference.ts";
export { modelFolder } from "./load.ts";
export { NUMERIC_FAULTS, type NumericFault, type Variant } from "./variant.ts";
export { MAX_POSITIONS } from "./weights.ts";
