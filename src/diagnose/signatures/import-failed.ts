import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const importFailed: Signature = {
  id: "import-failed",
  class: "import-error",
  title: "A Python module or library could not be loaded",
  level: "cause",
  specificity: 51,
  clues: [
    {
      has: ["ModuleNotFoundError: ", "ImportError: "],
      match: /(?:^|: |\()(?:ModuleNotFoundError|ImportError): /,
      unless: /Ignore import error|optional|will not be available|falling back|libcuda\.so\.1|python3-dev|Using a `device_map`/i,
    },
    {
      has: [
        "undefined symbol: ",
        "cannot open shared object file",
        "GLIBC_2",
        "GLIBCXX_",
        "symbol lookup error",
        "common_ops library",
        "numpy.core.multiarray failed to import",
        "operator torchvision::nms does not exist",
        "compiled using NumPy 1.x cannot be run",
        "numpy.dtype size changed",
        "PackageNotFoundError",
        "VersionConflict",
        "is required for a normal functioning of this module",
        "partially initialized module",
        "No module named ",
      ],
      match:
        /undefined symbol|shared object|GLIBC|symbol lookup|common_ops|multiarray|torchvision::nms|NumPy 1|numpy\.dtype size|PackageNotFoundError|VersionConflict|normal functioning|partially initialized|^(?:\S{1,200}python\S{0,10}|python3?): No module named/,
      unless: /Ignore import error|libcuda\.so\.1|falling back|optional|libcudnn/i,
    },
    raises(
      /flashinfer|sgl-kernel|sgl_kernel|deep_gemm|deep_ep|flash_attn|transformers|triton|xgrammar|outlines|numpy|torch\b/,
      /version (?:mismatch|conflict)|not installed|lease (?:install|upgrade|reinstall)|less than the minimum|is required|does not match the (?:installed|required)|failed to import|Failed to import/,
      { unless: /recognize|CUDA error|out of memory|NCCL/ },
    ),
    {
      has: ["AttributeError: module '", "AttributeError: partially"],
      match: /^AttributeError: (?:partially initialized )?module '[\w.]{1,80}' has no attribute/,
    },
    { has: "has no attribute", match: /^AttributeError: '_?Op(?:Namespace|eratorModule)'? ?\S{0,40} (?:'\w+' )?object has no attribute/ },
    {
      has: [
        "Tried to instantiate class '_core_C",
        "Tried to instantiate class '_C",
        "Tried to instantiate class '_moe_C",
        "Failed to import from vllm._",
      ],
      match: /does not exist|ImportError|ModuleNotFoundError/,
      unless: /_rocm_C|_flashmla/,
    },
  ],
  means: "A package is missing, or was built against another version of Python, PyTorch, CUDA or the C library.",
  remedies: [
    { text: "Install the package named in the message, in the version the engine pins" },
    { text: "Check what contradicts what", command: "pip check" },
    { text: "Use the engine's own image" },
  ],
  sources: [
    "https://github.com/sgl-project/sglang/issues/3525",
    "https://github.com/sgl-project/sglang/issues/13948",
    "https://github.com/sgl-project/sglang/issues/30562",
  ],
};
