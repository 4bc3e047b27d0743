import type { Marker } from "../engine.ts";

/** `[2026-11-21 10:00:00 TP0] `, `[2026-11-21 10:00:00 DP0 TP0 EP0] `, and uvicorn's level behind it. */
export const sglangPrefix = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]+\d+)*\] (?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):\s+)?/;

/**
 * Start-up as SGLang 0.5.4 to 0.5.18 prints it. Uvicorn says it is running before the built-in warm-up, so
 * only the last line means ready.
 */
export const sglangMarkers: readonly Marker[] = [
  {
    phase: "arguments",
    patterns: [
      /server_args=ServerArgs\(/,
      /Attention backend not (?:explicitly )?specified\./,
      /Auto-enabling FlashInfer AllReduce Fusion/,
    ],
  },
  { phase: "distributed", patterns: [/Init torch distributed (?:begin|ends)\./] },
  { phase: "weights", patterns: [/Load weight (?:begin|end)\./, /Loading safetensors checkpoint shards:\s+\d+%/] },
  {
    phase: "kv-cache",
    patterns: [/Using KV cache dtype: /, /KV Cache is allocated\./, /Memory pool end\./, /^max_total_num_tokens=\d+/],
  },
  // DeepGEMM's compile session comes after the cache and takes 10–20 minutes, as an autotune does.
  {
    phase: "autotune",
    patterns: [/Entering DeepGEMM JIT Pre-Compile session\./, /Running FlashInfer autotune/, /FlashInfer autotune completed\./],
  },
  {
    phase: "graphs",
    patterns: [
      /Capture (?:target |draft )?(?:decode |prefill )?(?:piecewise )?(?:CUDA|cuda) graph (?:begin|bs|num tokens)/,
      /Capturing (?:batches|num tokens) \(/,
    ],
  },
  { phase: "http", patterns: [/Uvicorn running on http/, /Application startup complete\./] },
  { phase: "ready", patterns: [/The server is fired up and ready to roll!/] },
];
