import type { Signature } from "../signature.ts";

export const diskFull: Signature = {
  id: "disk-full",
  class: "disk-full",
  title: "The disk is full",
  level: "cause",
  specificity: 76,
  clues: [
    {
      has: [
        "No space left on device",
        "os error 28",
        "Disk quota exceeded",
        "Not enough free disk space",
        "not enough free disk space",
        "ENOSPC",
        "No usable temporary directory",
        "not enough space on the disk",
        "not enough disk space",
        "Not enough disk space",
        "Insufficient disk space",
        "disk is full",
        "Errno 122",
        "no space left on device",
      ],
      unless: /\/dev\/shm|psm_|shared memory|shmutils|inotify/,
    },
  ],
  means: "A file system that the server writes to has no room left: the model cache, the compile cache or the temporary folder.",
  remedies: [
    { text: "See which one", command: "df -h" },
    { text: "Put the model cache elsewhere", command: "HF_HOME=/big-disk/huggingface" },
    { text: "Put vLLM's cache elsewhere", command: "VLLM_CACHE_ROOT=/big-disk/vllm" },
    { text: "Remove unused images and volumes", command: "docker system prune" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/18831"],
  infra: "A disk of the runner is full.",
};
