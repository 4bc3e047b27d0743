import type { Signature } from "../signature.ts";

export const nvlsMulticast: Signature = {
  id: "nvls-multicast",
  class: "fabric-manager",
  title: "NVLink multicast memory could not be bound",
  level: "cause",
  specificity: 88,
  clues: [
    {
      has: [
        "Failed to bind NVLink SHARP",
        "NVLS) Multicast memory",
        "transport/nvls.cc",
        "cuMulticastCreate",
        "cuMulticastAddDevice",
        "cuMulticastBindMem",
        "CUDA_ERROR_NOT_PERMITTED",
        "Failed to allocate NVLS",
        "multicast object",
      ],
      match: /fail|error|401|800|999|invalid|WARN|not permitted/i,
      unless: /NCCL INFO .{0,80}(?:NVLS comm|supported)/,
    },
    {
      has: ["Fabric Manager", "fabric manager", "fabricmanager", "FabricManager"],
      match: /not running|fail|error|mismatch|not found|incompatible|inactive|doesn't match/i,
    },
    { has: "Fabric", match: /(?:fabric|Fabric) (?:state|State|status).{0,40}(?:In Progress|Not Started|fail|error)/i },
  ],
  anyLevel: true,
  means: "Fabric Manager has no multicast teams left, has stale ones of a crashed job, or is not running.",
  remedies: [
    { text: "Restart Fabric Manager", command: "systemctl restart nvidia-fabricmanager" },
    { text: "Do without NVLink SHARP", command: "NCCL_NVLS_ENABLE=0" },
  ],
  sources: [
    "https://github.com/pytorch/pytorch/issues/177472",
    "https://github.com/NVIDIA/nccl/issues/1788",
    "https://github.com/NVIDIA/nccl/issues/1672",
  ],
  infra: "NVLink multicast of the runner is exhausted or its Fabric Manager is not in order.",
};
