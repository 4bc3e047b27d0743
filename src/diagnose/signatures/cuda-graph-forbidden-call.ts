import { SPECIFICITY, type Signature } from "../signature.ts";

export const cudaGraphForbiddenCall: Signature = {
  id: "cuda-graph-forbidden-call",
  class: "cuda-graph-capture",
  title: "A call that capture forbids",
  level: "cause",
  specificity: SPECIFICITY.component,
  clues: [
    {
      has: [
        "operation not permitted when stream is capturing",
        "operation failed due to a previous error during capture",
        "cudaErrorStreamCapture",
        "CUDA_ERROR_STREAM_CAPTURE",
        "dependency created on uncaptured work in another stream",
        "operation would make the legacy stream depend on a capturing blocking stream",
        "Cannot copy between CPU and CUDA tensors during CUDA graph capture",
        "Cannot call CUDAGeneratorImpl",
        "Offset increment outside graph capture encountered unexpectedly",
        "Cannot prepare for replay during capturing stage",
        "captures_underway",
        "during capture or warmup",
        "capture must end on the same stream it began on",
        "unjoined work",
        "The CUDA Graph is empty",
        "cudaGraphInstantiate",
        "cudaStreamEndCapture",
        "cudaStreamBeginCapture",
        "isStreamCapturingMayInitCtx",
        "stream is capturing",
      ],
      unless: /^INFO|NCCL INFO/,
    },
  ],
  fatal: true,
  means: "Something inside the captured region synchronised, allocated or copied in a way that CUDA forbids during capture.",
  remedies: [
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/36451", "https://github.com/pytorch/pytorch/issues/162505"],
};
