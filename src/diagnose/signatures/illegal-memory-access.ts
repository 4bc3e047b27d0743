import { SPECIFICITY, type Signature } from "../signature.ts";

export const illegalMemoryAccess: Signature = {
  id: "illegal-memory-access",
  class: "illegal-memory-access",
  title: "A CUDA kernel accessed memory illegally",
  level: "cause",
  specificity: SPECIFICITY.general,
  clues: [
    { has: "an illegal memory access was encountered", unless: /custom_all_reduce|custom_collective_common|TMA descriptor/ },
    { has: ["cudaErrorIllegalAddress", "CUDA_ERROR_ILLEGAL_ADDRESS"], unless: /runtime_utils\.hpp|cuTensorMap/ },
    { has: ["Invalid __global__ read", "Invalid __global__ write", "CUDA_EXCEPTION_14", "Warp Illegal Address"] },
    { has: "Memory access fault by GPU node" },
    // The kernel's log of an AMD GPU.
    { has: "retry page fault (src_id", match: /amdgpu/ },
    { has: "HSA_STATUS_ERROR_EXCEPTION" },
  ],
  fatal: true,
  means: "A kernel read or wrote memory that is not its own. CUDA reports it at some later call, so the Python frames may be innocent.",
  remedies: [
    { text: "Make CUDA report at the failing call", command: "CUDA_LAUNCH_BLOCKING=1" },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Skip FlashInfer's autotuning on vLLM", command: "--no-enable-flashinfer-autotune" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: [
    "https://github.com/sgl-project/sglang/issues/13308",
    "https://github.com/sgl-project/sglang/issues/13234",
    "https://github.com/vllm-project/vllm/issues/49311",
    "https://github.com/vllm-project/vllm/issues/54331",
  ],
};
