import type { Signature } from "../signature.ts";

export const engineBinaryBroken: Signature = {
  id: "engine-binary-broken",
  class: "import-error",
  title: "The engine's own library does not load",
  level: "cause",
  specificity: 65,
  clues: [
    {
      has: ["undefined symbol: ", "cannot open shared object file"],
      match:
        /(?:\/|\b)(?:_C|_moe_C|_C_stable_libtorch|common_ops|flash_ops|_vllm_fa\d_C|cumem_allocator)\b[\w.-]{0,60}\.so|Failed to import from vllm\._C/,
      unless: /libcuda\.so\.1|_rocm_C/,
    },
  ],
  means:
    "The engine's compiled code was built against another PyTorch or CUDA than the one installed; the engine goes on without it and fails later.",
  remedies: [
    { text: "Install the PyTorch that the engine's release pins", command: "pip install --force-reinstall vllm" },
    { text: "Check what contradicts what", command: "pip check" },
    { text: "Use the engine's own image" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/13608", "https://github.com/sgl-project/sglang/issues/13948"],
};
