import { SPECIFICITY, type Signature } from "../signature.ts";

export const systemNotInitialized: Signature = {
  id: "system-not-initialized",
  class: "fabric-manager",
  title: "The GPU fabric is not initialised",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    { has: ["system not yet initialized", "cudaErrorSystemNotReady", "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet ready"] },
    { has: ["Error 802", "error 802", "CUDA_ERROR 802"] },
  ],
  anyLevel: true,
  means: "On machines with NVSwitch CUDA works only while Fabric Manager, of the driver's version, is running; on B200 NVLSM must run too.",
  remedies: [
    { text: "Start Fabric Manager", command: "systemctl restart nvidia-fabricmanager" },
    { text: "Check the fabric's state", command: "nvidia-smi -q | grep -A3 Fabric" },
    { text: "Install the nvidia-fabricmanager and nvlsm packages of the driver's version" },
  ],
  sources: ["https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/", "https://github.com/pytorch/pytorch/issues/35710"],
  infra: "Fabric Manager is not running on the runner, or not of the driver's version.",
};
