import { SPECIFICITY, type Signature } from "../signature.ts";

export const shmTooSmall: Signature = {
  id: "shm-too-small",
  class: "shm-too-small",
  title: "Shared memory is too small",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    {
      has: [
        "Error while creating shared memory segment",
        "failed to extend /dev/shm",
        "insufficient shared memory (shm)",
        "Bus error",
        "exit code: -7",
        "exitcode: -7",
        "unable to mmap",
        "unable to write to file </torch_",
        "unable to allocate shared memory(shm)",
        "unable to open shared memory object",
        "Error: failed to extend",
        "posix_fallocate failed",
      ],
      unless: /numa|MallocBus/,
    },
    {
      has: ["/dev/shm", "shared_memory", "psm_shm"],
      match: /No space left on device|Cannot allocate memory|not enough space|is too small|too little/i,
    },
  ],
  anyLevel: true,
  means: "/dev/shm, through which workers and NCCL exchange data, is full: containers get 64 MB unless told otherwise.",
  remedies: [
    { text: "Give the container more shared memory", command: "docker run --shm-size=16g" },
    { text: "Or use the host's", command: "docker run --ipc=host" },
    { text: "Remove what dead servers left", command: "rm -f /dev/shm/nccl-* /dev/shm/psm_* /dev/shm/sem.mp-*" },
  ],
  sources: [
    "https://github.com/vllm-project/vllm/issues/14537",
    "https://github.com/vllm-project/vllm/issues/11054",
    "https://github.com/vllm-project/vllm/issues/4383",
  ],
  infra: "The runner's shared memory is full or too small.",
};
