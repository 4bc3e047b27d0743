import type { Signature } from "../signature.ts";

export const cublasOrCudnn: Signature = {
  id: "cublas-or-cudnn",
  class: "cublas-or-cudnn",
  title: "A CUDA library refused a call",
  level: "cause",
  specificity: 49,
  clues: [
    {
      has: [
        "CUBLAS_STATUS_",
        "cublasLt",
        "CUDNN_STATUS_",
        "cuDNN error",
        "CUDNN error",
        "cudnn error",
        "cuDNN version",
        "cuDNN Frontend error",
        "cudnn_frontend",
        "CUDNN_FRONTEND",
        "cuBLAS error",
        "cuBLAS API failed",
        "CUSOLVER_STATUS",
        "CUSPARSE_STATUS",
        "cufftCreate",
        "CUFFT_",
        "libcudnn",
        "Unable to find an engine to execute",
        "GET was unable to find an engine",
        "No execution plans support the graph",
      ],
      match:
        /CUBLAS_STATUS_(?!SUCCESS)|CUDNN_STATUS_(?!SUCCESS)|(?:cu|CU)DNN (?:Frontend )?error|cudnn error|cudnn_frontend.{0,80}(?:error|fail|Exception)|cuDNN version.{0,80}(?:incompat|mismatch|different)|cuBLAS (?:error|API failed)|CUSOLVER_STATUS_|CUSPARSE_STATUS_|CUFFT_(?!SUCCESS)|cublasLt\w{0,60}.{0,60}(?:fail|error|not)|libcudnn.{0,120}(?:error|fail|Invalid|undefined|cannot)|unable to find an engine|Unable to find an engine|No execution plans/,
      unless: /illegal memory|INFO/,
    },
  ],
  means: "cuBLAS or cuDNN could not run a product: a wrong library version, no workspace left, or a shape without a kernel.",
  remedies: [
    { text: "Check that the libraries belong to PyTorch's CUDA", command: "pip list | grep -i -E 'cublas|cudnn|torch'" },
    { text: "Take foreign copies out of the path", command: "LD_LIBRARY_PATH=" },
    { text: "Leave the libraries more memory", axes: { "gpu-memory": "0.75" } },
    { text: "Run without CUDA graphs to see the failing call", axes: { eager: "on" } },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/24377", "https://github.com/pytorch/pytorch/issues/120670"],
};
