import type { Signature } from "../signature.ts";

export const raisedInJit: Signature = {
  id: "raised-in-jit",
  class: "jit-compile",
  title: "An error while a kernel was compiled at run time",
  level: "cause",
  specificity: 43,
  clues: [
    {
      has: [
        "triton/compiler/",
        "triton/runtime/build",
        "triton/backends/",
        "flashinfer/jit/",
        "deep_gemm/jit/",
        "cpp_extension.py",
        "tilelang/",
        "jit_kernel/utils",
        "torch/utils/cpp_extension",
        "triton/language/",
      ],
      match:
        /^File "[^"]{1,400}(?:triton\/(?:compiler|backends|language)|triton\/runtime\/build|flashinfer\/jit|deep_gemm\/jit\/|cpp_extension|tilelang|jit_kernel\/utils)[^"]{0,200}", line \d+, in /,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 8,
        side: "after",
      },
    },
  ],
  means: "The exception was raised inside the compiler of Triton, FlashInfer, DeepGEMM or PyTorch's extensions.",
  remedies: [
    { text: "Clear the caches of earlier builds", command: "rm -rf ~/.cache/flashinfer ~/.triton/cache" },
    { text: "Install the kernels ready-made", command: "pip install flashinfer-jit-cache flashinfer-cubin" },
    { text: "Use another attention backend", axes: { "attention-backend": "fa2" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/flashinfer-ai/flashinfer/issues/4410"],
};
