import { afterAll, describe, expect, it } from "vitest";
import { endAll, rehearse, serving } from "./start.ts";

afterAll(endAll);

const ON = ["--tp", "4", "--attention-backend", "flashinfer", "--enable-piecewise-cuda-graph"];
const OFF = ["--tp", "4", "--attention-backend", "flashinfer"];
const PAGED = { env: { SGLANG_FLASHINFER_USE_PAGED: "1" } };
const WARNING = "CUTLASS backend is disabled when piecewise cuda graph is enabled due to TMA descriptor initialization issues on B200.";

describe("the SGLang story (sglang#12067)", () => {
  it("before the fix, piecewise graphs die in their warm-up with the metadata of decode", async () => {
    const server = await rehearse("sglang", ["--scenario", "sglang-12067-base"], ON, PAGED);
    // SGLang answers a dead scheduler by killing its whole tree, itself included.
    expect(await server.ended).toEqual({ code: null, signal: "SIGKILL" });
    const log = server.output();
    expect(log).toMatch(/TP0\] Scheduler hit an exception: Traceback \(most recent call last\):\n {2}File ".*scheduler\.py"/);
    expect(log.indexOf("'DecodeMetadata' object has no attribute 'prefill_wrappers'")).toBeGreaterThan(
      log.indexOf("Capture cuda graph num tokens"),
    );
    expect(log.trimEnd()).toMatch(/Received sigquit from a child process\. It usually means the child failed\.$/);
    expect(log).not.toContain("Uvicorn running");
  });

  it("with half of the fix, CUTLASS under piecewise graphs dies on a TMA descriptor with a zero dimension", async () => {
    const server = await rehearse("sglang", ["--scenario", "sglang-12067-head"], ON);
    expect(await server.ended).toEqual({ code: null, signal: "SIGKILL" });
    expect(server.output()).toMatch(/^globalDim {6}\(128,0,8,1,4\)$/m);
    expect(server.output()).toMatch(/^Error: Failed to initialize the TMA descriptor 1$/m);
    expect(server.output()).toMatch(/TP0\] Scheduler hit an exception: Traceback/);
    expect(server.output()).not.toContain("DecodeMetadata");
  });

  it("with half of the fix, FA2 under piecewise graphs serves", async () => {
    const server = await serving("sglang", ["--scenario", "sglang-12067-head"], ON, PAGED);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(server.output()).not.toContain(WARNING);
  });

  it("with the whole fix, piecewise graphs fall back to FA2 and say so, and without piecewise graphs nothing is said", async () => {
    const [on, off] = await Promise.all([
      serving("sglang", ["--scenario", "sglang-12067-fixed", "--engine-version", "0.5.4"], ON),
      serving("sglang", ["--scenario", "sglang-12067-fixed"], OFF),
    ]);
    expect(on.output()).toContain(`TP0] ${WARNING}`);
    expect(off.output()).not.toContain(WARNING);
    const info = (await (await fetch(`${on.url}/server_info`)).json()) as Record<string, unknown>;
    expect(info).toMatchObject({
      version: "0.5.4",
      enable_piecewise_cuda_graph: true,
      attention_backend: "flashinfer",
      disable_custom_all_reduce: false,
    });
  });
});

describe("the vLLM story (Kimi K2 on eight GPUs)", () => {
  const before = ["-tp", "8", "--kv-cache-dtype", "fp8", "--max-num-batched-tokens", "16384", "--max-num-seqs", "128"];

  it("dies during graph capture: tensor map, custom all-reduce, worker, core, server", async () => {
    const server = await rehearse("vllm", ["--scenario", "vllm-kimi-k2"], before);
    expect(await server.ended).toEqual({ code: 1, signal: null });
    const log = server.output();
    const said = [
      /Capturing CUDA graphs \(mixed prefill-decode, PIECEWISE\): {2}52%/,
      /^Error: Failed to initialize the TMA descriptor 700$/m,
      /^Failed: Cuda error \/workspace\/csrc\/custom_all_reduce\.cuh:455 'an illegal memory access was encountered'$/m,
      /^\(EngineCore pid=\d+\) ERROR .*Worker proc VllmWorker-0 died unexpectedly \(exit code: 1\), shutting down executor\.$/m,
      /^\(EngineCore pid=\d+\) ERROR .*EngineCore failed to start\.$/m,
      /^\(APIServer pid=\d+\) RuntimeError: Engine core initialization failed\. See root cause above\. Failed core proc\(s\): \{\}$/m,
    ];
    expect(said.filter((pattern) => !pattern.test(log))).toEqual([]);
    expect(log).not.toContain("Application startup complete");
  });

  it("serves with custom all-reduce off, and with none of the three heavy settings", async () => {
    const [off, light] = await Promise.all([
      serving("vllm", ["--scenario", "vllm-kimi-k2"], [...before, "--disable-custom-all-reduce"]),
      serving("vllm", ["--scenario", "vllm-kimi-k2"], ["-tp", "8", "--max-num-batched-tokens", "8192", "--max-num-seqs", "64"]),
    ]);
    expect(off.output()).toContain("Using ['SYMM_MEM', 'PYNCCL'] all-reduce backends");
    expect(light.output()).toContain("Using ['CUSTOM', 'SYMM_MEM', 'PYNCCL'] all-reduce backends");
    expect((await fetch(`${light.url}/health`)).status).toBe(200);
  });
});
