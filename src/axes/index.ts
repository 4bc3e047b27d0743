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
import { allReduceFusion } from "./all-reduce-fusion.ts";
import { autotune } from "./autotune.ts";
import {
  decodeAttentionBackend,
  expertTransport,
  fp4GemmBackend,
  fp8GemmBackend,
  linearBackend,
  moeBackend,
  prefillAttentionBackend,
} from "./backends.ts";
import { chunkedPrefill } from "./chunked-prefill.ts";
import { deepGemm } from "./deep-gemm.ts";
import { determinism } from "./determinism.ts";
import { mlaPrefillBackend } from "./mla-prefill-backend.ts";
import { optimizationLevel } from "./optimization-level.ts";
import { dataParallel, expertParallel, pipelineParallel, tensorParallel } from "./parallelism.ts";
import { prefixCaching } from "./prefix-caching.ts";
import { speculativeDecoding } from "./speculative-decoding.ts";
import { symmetricMemory } from "./symmetric-memory.ts";

export { REHEARSED } from "./axis.ts";
export type { Axis, Carrying, Proof, RealEngine, Translation } from "./axis.ts";
export { type AutoDisable, autoDisable, reasonsFor } from "./auto-disable.ts";
export { allows, carry, type Carried, type Refuses } from "./carry.ts";

/** Every toggle a matrix may vary. */
export const axes: readonly Axis[] = [
  piecewiseCudaGraph,
  attentionBackend,
  prefillAttentionBackend,
  decodeAttentionBackend,
  mlaPrefillBackend,
  customAllReduce,
  allReduceFusion,
  symmetricMemory,
  moeBackend,
  expertTransport,
  fp8GemmBackend,
  fp4GemmBackend,
  linearBackend,
  deepGemm,
  autotune,
  kvCacheDtype,
  maxBatchedTokens,
  maxSequences,
  gpuMemory,
  contextLength,
  quantization,
  prefixCaching,
  chunkedPrefill,
  speculativeDecoding,
  tensorParallel,
  pipelineParallel,
  dataParallel,
  expertParallel,
  determinism,
  optimizationLevel,
  eager,
  attentionImplementation,
  continuousBatching,
];

/** The axis of that name, if the shelf has it. */
export function axisById(id: AxisId): Axis | undefined {
  return axes.find((axis) => axis.id === id);
}
