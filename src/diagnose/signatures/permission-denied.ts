import type { Signature } from "../signature.ts";

export const permissionDenied: Signature = {
  id: "permission-denied",
  class: "permission",
  title: "The process lacks a permission",
  level: "cause",
  specificity: 57,
  clues: [
    {
      has: [
        "PermissionError at ",
        "PermissionError: ",
        "Permission denied",
        "permission denied",
        "Operation not permitted",
        "Insufficient Permissions",
        "NVMLError_NoPermission",
        "Read-only file system",
        "CUDA_ERROR_NOT_PERMITTED",
        "uid not found",
        "trying to write in your cache folder",
      ],
      match:
        /PermissionError at |^(?:\w{1,40}\.){0,4}PermissionError|^OSError: \[Errno 13\]|^(?:bash|sh|docker|cp|mkdir|\/\S{1,200}): .{0,200}[Pp]ermission denied|(?:nvidia|nvml|NVML|docker|runc|unable to start).{0,200}[Pp]ermission denied|uid not found|write in your cache folder|^\w+Error: .{0,200}[Pp]ermission denied|^(?:OSError|RuntimeError|\w*Error).{0,200}(?:Operation not permitted|Read-only)|Insufficient Permissions|NoPermission|NOT_PERMITTED/,
      unless: /NCCL INFO|numa|NUMA|mbind|set_mempolicy|py-spy|ptrace|nice|sched_setaffinity|Multicast|multicast|NVLS/,
    },
  ],
  means: "The user that runs the server may not read, write or use something: a cache folder, the GPU's device file, a socket.",
  remedies: [
    { text: "Give the runner's user the path or device that the message names" },
    { text: "Put caches where the user may write", command: "HF_HOME=/tmp/hf" },
    { text: "See who owns the GPU's device files", command: "ls -l /dev/nvidia*" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/5854"],
  infra: "The runner's user lacks a permission.",
};
