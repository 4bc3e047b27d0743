/** Lines after which no vLLM server serves. Each has a benign neighbour that must not match; tests hold both. */
export const vllmFatal: readonly RegExp[] = [
  /error: unrecognized arguments:/,
  /error: argument .+: invalid (?:choice|\w+ value)/,
  /error: ambiguous option:/,
  /EngineCore (?:failed to start|encountered a fatal error)/,
  /Engine core initialization failed\./,
  /EngineCore process died unexpectedly|Engine core proc(?:ess)? \S+ died unexpectedly/,
  /Worker proc \S+ died unexpectedly/,
  /WorkerProc (?:failed to start|initialization failed)/,
  /EngineDeadError/,
  // `printf` and `exit(1)` in the worker: no traceback follows.
  /Failed: Cuda error .*custom_(?:all_reduce|collective_common)\.cuh:\d+/,
  /CUDA error: (?:an illegal memory access was encountered|no kernel image is available)/,
  /Free memory on device .* is less than desired GPU memory utilization/,
  /No available memory for the cache blocks\./,
  /\[Errno 98\]|address already in use/i,
];
