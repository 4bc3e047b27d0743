import type { Signature } from "../signature.ts";

export const hostAllocationFailed: Signature = {
  id: "host-allocation-failed",
  class: "host-out-of-memory",
  title: "Host memory could not be allocated",
  level: "cause",
  specificity: 56,
  clues: [
    {
      has: [
        "DefaultCPUAllocator",
        "std::bad_alloc",
        "Cannot allocate memory",
        "MemoryError",
        "Unable to allocate",
        "can't allocate memory",
        "not enough memory: you tried to allocate",
        "cannot allocate memory",
        "cudaHostAlloc",
        "cudaErrorHostMemoryAllocation",
        "failed to allocate pinned memory",
        "Not enough host memory",
        "Not enough CPU memory",
        "Too large swap space",
        "exceeds the host memory",
        "larger than the available host memory",
        "host memory is not enough",
        "Not enough host memory available",
        "insufficient host memory",
      ],
      match:
        /DefaultCPUAllocator|bad_alloc|[Cc]annot allocate memory|^(?:numpy\.\S+\.)?_?(?:Array)?MemoryError\b|Unable to allocate .{0,60}(?:MiB|GiB|TiB)|[Hh]ost ?(?:memory|Mem)|can't allocate memory|not enough memory|cudaHostAlloc|pinned|CPU memory|swap space/,
      unless: /ibv_|reg_mr|CUDA out of memory|\/dev\/shm|GPU memory/,
    },
  ],
  means: "The host's memory, not the GPU's, is used up.",
  remedies: [
    { text: "Give the host or container more memory" },
    { text: "Offload less to the host", command: "--cpu-offload-gb 0" },
    { text: "Use a smaller host cache on SGLang", command: "--hicache-ratio 1" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/8229"],
  infra: "The runner ran out of host memory.",
};
