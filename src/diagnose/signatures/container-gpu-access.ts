import type { Signature } from "../signature.ts";

export const containerGpuAccess: Signature = {
  id: "container-gpu-access",
  class: "permission",
  title: "The container gets no GPU",
  level: "cause",
  specificity: 84,
  clues: [
    {
      has: [
        "could not select device driver",
        "nvidia-container-cli:",
        "Failed to initialize NVML: Unknown Error",
        "Failed to initialize NVML: Insufficient",
        "unresolvable CDI devices",
        "unknown or invalid runtime name: nvidia",
        "failed to inject CDI devices",
        "NVIDIA Container Toolkit",
        "OCI runtime create failed",
        "failed to create shim task",
        "The NVIDIA Driver was not detected",
        "NVIDIA Driver was not detected",
        "permission denied while trying to connect to the Docker daemon",
        "Got permission denied while trying to connect",
      ],
      unless: /requirement error|unsatisfied condition/,
    },
  ],
  anyLevel: true,
  means: "The container runtime is not set up for NVIDIA GPUs, or lost them after a reload of the service manager.",
  remedies: [
    { text: "Set the runtime up", command: "nvidia-ctk runtime configure --runtime=docker" },
    { text: "Pass the GPUs", command: "docker run --gpus all" },
    { text: "Restart the container, if its GPUs vanished while it ran" },
  ],
  sources: ["https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html"],
  infra: "The runner's container runtime has no access to the GPU.",
};
