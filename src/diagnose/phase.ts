import type { Phase } from "../model/index.ts";

/**
 * Progress that engines print, by the phase it opens; the words are vLLM's and SGLang's of many versions. A server that answers
 * is `serving`; what broke before that did not stop it.
 */
export const PHASE_MARKERS: readonly (readonly [phase: Phase, literal: string])[] = [
  ["arguments", "vLLM API server version"],
  ["arguments", "vLLM server version"],
  ["arguments", "non-default args"],
  ["arguments", "server_args=ServerArgs"],
  ["arguments", "Initializing a V1 LLM engine"],
  ["arguments", "Initializing an LLM engine"],
  ["distributed", "distributed_init_method="],
  ["distributed", "vLLM is using nccl"],
  ["distributed", "Init torch distributed begin"],
  ["weights", "Starting to load model"],
  ["weights", "Load weight begin"],
  ["weights", "Loading safetensors checkpoint shards"],
  ["weights", "Multi-thread loading shards"],
  ["weights", "Loading weights took"],
  ["weights", "Loading model weights took"],
  ["weights", "Load weight end"],
  ["compile", "torch_compile_cache"],
  ["compile", "Dynamo bytecode transform time"],
  ["compile", "Compiling a graph for"],
  ["compile", "DeepGEMM JIT Pre-Compile"],
  ["kv-cache", "Available KV cache memory"],
  ["kv-cache", "GPU KV cache size"],
  ["kv-cache", "KV Cache is allocated"],
  ["kv-cache", "Memory pool end"],
  ["kv-cache", "# GPU blocks:"],
  ["autotune", "Autotuning process starts"],
  ["autotune", "Running FlashInfer autotune"],
  ["graphs", "Capturing CUDA graph"],
  ["graphs", "Capturing the model for CUDA graphs"],
  ["graphs", "Capturing cudagraphs"],
  ["graphs", "Capture cuda graph begin"],
  ["graphs", "Capture piecewise CUDA graph begin"],
  ["graphs", "Capture target"],
  ["graphs", "Capture draft"],
  ["graphs", "Capturing batches"],
  ["warm-up", "init engine (profile"],
  ["http", "Starting vLLM API server"],
  ["http", "Starting vLLM server"],
  ["http", "Available routes are"],
  ["http", "Started server process"],
  ["http", "Uvicorn running on"],
  ["ready", "Application startup complete"],
  ["ready", "fired up and ready to roll"],
  ["serving", '/completions HTTP/1.1" 200'],
  ["serving", '/generate HTTP/1.1" 200'],
  ["serving", '/messages HTTP/1.1" 200'],
  ["serving", '/responses HTTP/1.1" 200'],
  ["serving", '/embeddings HTTP/1.1" 200'],
  ["serving", "Prefill batch"],
  ["serving", "Decode batch"],
  ["stopping", "Waiting for application shutdown"],
  ["stopping", "SIGTERM received"],
];

/** The phases of one log, in the order in which they opened. */
export interface Timeline {
  /** `line` is 1-based. */
  mark(phase: Phase, line: number, literal: string): void;
  /** The phase in which a line was printed; undefined before the first marker. */
  at(line: number): Phase | undefined;
  /** The last line that shows a server at work; 0 when there is none. */
  readonly alive: number;
  readonly last: number;
}

/** SGLang prints uvicorn's lines before its own warm-up, so `isSglang` decides what counts as alive. */
export function timeline(isSglang: () => boolean): Timeline {
  const opened: { phase: Phase; line: number }[] = [];
  let served = 0;
  let started = 0;
  let last = 0;
  return {
    mark(phase, line, literal) {
      last = line;
      if (phase === "serving" || literal.startsWith("fired up")) served = line;
      else if (phase === "ready") started = line;
      if (opened.at(-1)?.phase !== phase && opened.length < 10_000) opened.push({ phase, line });
    },
    at: (line) => opened.findLast((span) => span.line <= line)?.phase,
    get alive() {
      return isSglang() ? served : Math.max(served, started);
    },
    get last() {
      return last;
    },
  };
}
