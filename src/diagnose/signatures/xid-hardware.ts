import type { Signature } from "../signature.ts";

export const xidHardware: Signature = {
  id: "xid-hardware",
  class: "xid",
  title: "The GPU reported a hardware fault",
  level: "cause",
  specificity: 92,
  clues: [
    {
      has: ["NVRM: Xid", "NVRM: GPU"],
      match:
        /previous Xid (?:48|74|79|119|120|14[3-9]|150)\b|Xid \([^)]{1,60}\): (?:48|6[1-4]|68|69|7[49]|79|8[0-9]|9[245]|1[12]0|119|121|136|140|143|14[4-9]|150|15[4-8])\b|fallen off the bus/,
    },
    {
      has: [
        "fallen off the bus",
        "_kgspLogXid119",
        "uncorrectable ECC error",
        "CUDA error: uncorrectable",
        "cudaErrorECCUncorrectable",
        "CUDA_ERROR_ECC_UNCORRECTABLE",
        "GPU is lost",
        "RmInitAdapter failed",
        "uncorrectable NVLink error",
        "CUDA_ERROR_NVLINK_UNCORRECTABLE",
        "cudaErrorNvlinkUncorrectable",
        "Unable to determine the device handle for GPU",
        "unable to determine the device handle for gpu",
      ],
    },
    { has: ["XID error", "Xid error", "xid error", "XID Error"], match: /\b(?:48|64|74|79|95|119|120|140|14[3-9]|150)\b/ },
  ],
  anyLevel: true,
  means: "The driver recorded a fault of memory, NVLink, bus or firmware: the GPU, not the server, broke.",
  remedies: [
    { text: "Take the node out of service and have the GPU reset or replaced" },
    { text: "Ask what recovery the driver wants", command: "nvidia-smi -q | grep -i recovery" },
  ],
  sources: ["https://docs.nvidia.com/deploy/xid-errors/"],
  infra: "The driver reported a hardware fault of the GPU.",
};
