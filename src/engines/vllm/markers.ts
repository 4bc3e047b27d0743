import type { Marker } from "../engine.ts";

/** `(EngineCore_DP0 pid=7) (Worker_TP0 pid=9) INFO 11-21 10:00:00 [core.py:77] `, any part of which may be missing. */
export const vllmPrefix =
  /^(?:\([\w-]+ pid=\d+\)\s*)*(?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \[[^\]]+\] ?)?/;

/**
 * Start-up as vLLM 0.11 to 0.32 prints it. The lines of one phase come in several spellings: every spelling
 * is kept, and none is needed for a later phase to be recognised.
 */
export const vllmMarkers: readonly Marker[] = [
  {
    phase: "arguments",
    patterns: [
      /vLLM (?:API )?server version \S+/,
      /^[\s█▄▀]*version \d+\.\d+/,
      /^non-default args: /,
      /Resolved architecture: \S+/,
      /Using max model len \d+/,
      /Chunked prefill is enabled with max_num_batched_tokens=\d+/,
    ],
  },
  {
    phase: "distributed",
    patterns: [
      /Initializing a V\d LLM engine \(v[^)]+\) with config:/,
      /world_size=\d+ rank=\d+ .*distributed_init_method=/,
      /vLLM is using nccl==/,
      /Using \[.*\] all-reduce backends/,
    ],
  },
  {
    phase: "weights",
    patterns: [
      /Starting to load model .+\.\.\./,
      /Loading safetensors checkpoint shards:\s+\d+%/,
      /Loading weights took [\d.]+ seconds/,
      /Model loading took [\d.]+ GiB/,
    ],
  },
  {
    phase: "compile",
    patterns: [
      /Using cache directory: .*torch_compile_cache/,
      /Dynamo bytecode transform time: [\d.]+ s/,
      /Compiling a graph for (?:compile range|dynamic shape)/,
      /torch\.compile (?:took|takes) [\d.]+ s in total/,
      // Builds for CPUs.
      /Warming up model for the compilation/,
    ],
  },
  {
    phase: "kv-cache",
    patterns: [
      /Available KV cache memory: -?[\d.]+ GiB/,
      /(?:GPU|CPU) KV cache size: [\d,]+ tokens/,
      /Maximum concurrency for [\d,]+ tokens per request/,
    ],
  },
  { phase: "autotune", patterns: [/\[Autotuner\]: Autotuning process starts/, /Autotuning process starts/] },
  {
    phase: "graphs",
    patterns: [/Capturing (?:prefill |decode )?CUDA graphs \(.+\)/, /Capturing CUDA graph shapes/, /Graph capturing finished in \d+ secs/],
  },
  { phase: "warm-up", patterns: [/init engine \(profile, create kv cache, warmup model\) took [\d.]+ s/] },
  {
    phase: "http",
    patterns: [/Starting vLLM (?:API )?server(?: \d+)? on http/, /Available routes are:/, /Started server process \[\d+\]/],
  },
  { phase: "ready", patterns: [/Application startup complete\./] },
];
