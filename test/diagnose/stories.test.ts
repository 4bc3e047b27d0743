import { describe, expect, it } from "vitest";
import { diagnose } from "../../src/diagnose/index.ts";

/** The start-up of the guide's "before" flags, as vLLM prints it, dying at the end of graph capture. */
const KIMI = `(APIServer pid=1890) INFO 11-20 09:58:09 [api_server.py:1977] vLLM API server version 0.11.2
(APIServer pid=1890) INFO 11-20 09:58:09 [utils.py:253] non-default args: {'model_tag': 'moonshotai/Kimi-K2-Instruct', 'kv_cache_dtype': 'fp8', 'max_num_batched_tokens': 16384, 'max_num_seqs': 128}
(EngineCore_DP0 pid=2100) INFO 11-20 09:58:24 [core.py:93] Initializing a V1 LLM engine (v0.11.2) with config: model='moonshotai/Kimi-K2-Instruct', quantization=fp8
(Worker_TP0 pid=2208) INFO 11-20 10:01:40 [default_loader.py:314] Loading weights took 164.31 seconds
(EngineCore_DP0 pid=2100) INFO 11-20 10:02:05 [kv_cache_utils.py:1087] GPU KV cache size: 1,087,104 tokens
\rCapturing CUDA graphs (mixed prefill-decode, PIECEWISE):  97%|#########6| 34/35 [00:12<00:00,  2.81it/s]
TMA Desc Addr:   0x7ffc69b82d40
format         9
dim            4
gmem_address   0x79c062c00000
globalDim      (128,16,3,1,1)
globalStrides  (2,256,4096,0,0)
boxDim         (64,128,1,1,1)
Error: Failed to initialize the TMA descriptor 700
Failed: Cuda error /workspace/csrc/custom_all_reduce.cuh:455 'an illegal memory access was encountered'
(EngineCore_DP0 pid=2100) ERROR 11-20 10:02:31 [multiproc_executor.py:154] Worker proc VllmWorker-3 died unexpectedly, shutting down executor.
(EngineCore_DP0 pid=2100) ERROR 11-20 10:02:31 [core.py:844] EngineCore failed to start.
(APIServer pid=1890) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore_DP0': 1}`;

const SGLANG = `[2025-10-24 02:47:41] server_args=ServerArgs(model_path='meta-llama/Llama-3.3-70B-Instruct', tp_size=8, enable_piecewise_cuda_graph=True)
[2025-10-24 02:48:15 TP4] Load weight end. type=LlamaForCausalLM, dtype=torch.bfloat16, avail mem=159.61 GB, mem usage=16.70 GB.
[2025-10-24 02:48:20 TP4] Capture piecewise CUDA graph begin. avail mem=61.20 GB
[2025-10-24 02:48:22 TP4] Scheduler hit an exception: Traceback (most recent call last):
  File "/sgl-workspace/sglang/python/sglang/srt/model_executor/piecewise_cuda_graph_runner.py", line 271, in __init__
    self.capture()
  File "/sgl-workspace/sglang/python/sglang/srt/layers/attention/flashinfer_backend.py", line 611, in forward_extend
    prefill_wrapper_paged = self.forward_metadata.prefill_wrappers[
`;

describe("the story of Kimi-K2 on vLLM", () => {
  const found = diagnose(KIMI.split("\n"), { engine: "vllm", exitCode: 0 });

  it("is an illegal memory access that TMA set-up and custom all-reduce only noticed", () => {
    expect({ class: found.class, title: found.title, worker: found.worker, phase: found.phase, confidence: found.confidence }).toEqual({
      class: "illegal-memory-access",
      title: "Custom all-reduce hit an illegal memory access",
      worker: "VllmWorker-3",
      phase: "graphs",
      confidence: "likely",
    });
    expect(found.rootCause).toContain("exit code 0");
    expect(found.evidence).toEqual([
      "Error: Failed to initialize the TMA descriptor 700",
      "Failed: Cuda error /workspace/csrc/custom_all_reduce.cuh:455 'an illegal memory access was encountered'",
    ]);
  });

  it("is answered in the order of the guide", () => {
    expect(found.remedies.map((remedy) => remedy.axes ?? remedy.text)).toEqual([
      { "custom-all-reduce": "off" },
      { "kv-cache-dtype": "auto" },
      { "max-batched-tokens": "8192" },
      { "max-sequences": "64" },
      { quantization: "auto" },
      { "gpu-memory": "0.75" },
      { "context-length": "32768" },
      "Try another version of the engine",
      "Upgrade the NVIDIA driver; B200 needs 570 or newer",
      "Try a smaller model, to see whether the machine serves at all",
      "Report it upstream with GPU, CUDA and engine versions, the exact command and the log",
    ]);
  });

  it("keeps the wrappers as findings and never as the cause", () => {
    expect(found.findings.map((finding) => `${finding.level} ${finding.signature}`)).toEqual([
      "symptom tma-sticky-700",
      "symptom custom-all-reduce-illegal-access",
      "symptom worker-process-died",
      "symptom engine-core-failed",
      "symptom engine-core-failed",
    ]);
  });

  it("is another bug when the same line of custom all-reduce says 'invalid argument'", () => {
    const other = diagnose(["Failed: Cuda error /workspace/csrc/custom_all_reduce.cuh:455 'invalid argument'"]);
    expect(other.class).toBe("cuda-graph-capture");
    expect(other.remedies[0]?.command).toBe("PYTORCH_CUDA_ALLOC_CONF=");
  });
});

describe("the story of SGLang's pull request 12067", () => {
  it("is decode metadata met by the piecewise graph runner", () => {
    const found = diagnose(`${SGLANG}AttributeError: 'DecodeMetadata' object has no attribute 'prefill_wrappers'`.split("\n"), {
      engine: "sglang",
    });
    expect(found.class).toBe("attention-metadata");
    expect(found.phase).toBe("graphs");
    expect(found.confidence).toBe("certain");
    expect(found.sources).toEqual(["https://github.com/sgl-project/sglang/pull/12067"]);
    expect(found.remedies).toEqual([
      { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
      { text: "Use FlashAttention 2", axes: { "attention-backend": "fa2" } },
      { text: "Upgrade SGLang to 0.5.4.post1 or newer", command: "pip install 'sglang>=0.5.4.post1'" },
    ]);
  });

  it("is a bad TMA descriptor where the dummy batch made a dimension zero", () => {
    const dump =
      "TMA Desc Addr:   0x7ffd3b8c5a40\ndim            4\nglobalDim      (128,0,8,1,4)\nError: Failed to initialize the TMA descriptor 1";
    const found = diagnose(dump.split("\n"), { engine: "sglang" });
    expect(found.class).toBe("tma-descriptor");
    expect(found.sources).toContain("https://github.com/sgl-project/sglang/pull/12067");
    expect(found.remedies.slice(0, 2).map((remedy) => remedy.axes)).toEqual([
      { "piecewise-cuda-graph": "off" },
      { "attention-backend": "fa2" },
    ]);
    expect(found.evidence).toContain("globalDim      (128,0,8,1,4)");
  });
});
