import type { AxisId } from "../model/index.ts";
import { attentionBackend } from "./attention-backend/index.ts";
import { attentionImplementation } from "./attention-implementation.ts";
import type { Axis } from "./axis.ts";
import { contextLength } from "./context-length.ts";
import { continuousBatching } from "./continuous-batching.ts";
import { customAllReduce } from "./custom-all-reduce.ts";
import { eager } from "./eager.ts";
import { gpuMemory } from "./gpu-memory.ts";
import { kvCacheDtype } from "./kv-cache-dtype.ts";
import { maxBatchedTokens } from "./max-batched-tokens.ts";
import { maxSequences } from "./max-sequences.ts";
import { piecewiseCudaGraph } from "./piecewise-cuda-graph.ts";
import { quantization } from "./quantization.ts";

export type { Axis, Carrying, Proof, RealEngine, Translation } from "./axis.ts";
export { allows, carry, type Carried } from "./carry.ts";

/** Every toggle a matrix may vary. */
export const axes: readonly Axis[] = [
  piecewiseCudaGraph,
  attentionBackend,
  customAllReduce,
  kvCacheDtype,
  maxBatchedTokens,
  maxSequences,
  gpuMemory,
  contextLength,
  quantization,
  eager,
  attentionImplementation,
  continuousBatching,
];

/** The axis of that name, if the shelf has it. */
export function axisById(id: AxisId): Axis | undefined {
  return axes.find((axis) => axis.id === id);
}
