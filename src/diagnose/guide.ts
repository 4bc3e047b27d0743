import type { Remedy } from "../model/index.ts";

/**
 * What to try when a kernel faults while vLLM serves a large mixture-of-experts model on B200, in the order of the
 * troubleshooting guide for Kimi-K2: first the suspects that cost little, then smaller settings, then other software.
 */
export const kernelFaultGuide: readonly Remedy[] = [
  { text: "Turn custom all-reduce off (--disable-custom-all-reduce)", axes: { "custom-all-reduce": "off" } },
  { text: "Keep the KV cache in the model's own type instead of FP8", axes: { "kv-cache-dtype": "auto" } },
  { text: "Batch 8192 tokens at once instead of 16384", axes: { "max-batched-tokens": "8192" } },
  { text: "Run 64 sequences at once instead of 128", axes: { "max-sequences": "64" } },
  { text: "Serve the model without FP8 quantisation", axes: { quantization: "auto" } },
  { text: "Give the engine less of the GPU", axes: { "gpu-memory": "0.75" } },
  { text: "Shorten the context", axes: { "context-length": "32768" } },
  { text: "Try another version of the engine", command: "pip install --upgrade vllm" },
  { text: "Upgrade the NVIDIA driver; B200 needs 570 or newer" },
  { text: "Try a smaller model, to see whether the machine serves at all" },
  { text: "Report it upstream with GPU, CUDA and engine versions, the exact command and the log" },
];
