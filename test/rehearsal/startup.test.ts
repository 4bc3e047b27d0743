import { afterAll, describe, expect, it } from "vitest";
import { endAll, rehearse, scenarioFile, serving, until } from "./start.ts";

afterAll(endAll);

/** Each pattern must match after the place where the one before it matched, on one stream's text. */
function inOrder(text: string, patterns: readonly RegExp[]): string[] {
  let from = 0;
  return patterns.flatMap((pattern) => {
    const found = pattern.exec(text.slice(from));
    if (found === null) return [`${pattern} is missing or out of order`];
    from += found.index + found[0].length;
    return [];
  });
}

describe("start-up of a rehearsed vLLM", () => {
  it("refuses connections while it starts", async () => {
    const server = await rehearse("vllm", ["--scenario", scenarioFile("speed: 1000\nrules: [{ die: hang-in-warm-up }]")], ["-tp", "2"]);
    await server.printed("Capturing CUDA graphs");
    await expect(fetch(`${server.url}/health`)).rejects.toThrow("fetch failed");
    expect(server.output()).not.toContain("Application startup complete.");
  });

  it("tells its phases in vLLM's words", async () => {
    const server = await serving("vllm", ["--engine-version", "0.28.0"], ["-tp", "8", "--kv-cache-dtype", "fp8"]);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const logged = server
      .output()
      .split("\n")
      .filter((line) => / (INFO|WARNING) /.test(line))
      .join("\n");
    const expected = [
      /^\(APIServer pid=\d+\) INFO \d\d-\d\d \d\d:\d\d:\d\d \[\S+\] vLLM server version 0\.28\.0, serving model tiny$/m,
      /non-default args: \{'model_tag': 'tiny'/,
      /Resolved architecture: LlamaForCausalLM/,
      /^\(EngineCore pid=\d+\) .*Initializing a V1 LLM engine \(v0\.28\.0\) with config: .*kv_cache_dtype=fp8,.*'cudagraph_mode': <CUDAGraphMode\.FULL_AND_PIECEWISE/m,
      /world_size=8 rank=7 local_rank=7 distributed_init_method=/,
      /Using \['CUSTOM', 'SYMM_MEM', 'PYNCCL'\] all-reduce backends \(in dispatch order\) for group 'tp:0'/,
      /Starting to load model tiny\.\.\./,
      /Using FLASHINFER attention backend out of potential backends/,
      /Loading weights took [\d.]+ seconds/,
      /^\(Worker_TP7 pid=\d+\) .*Model loading took [\d.]+ GiB memory and [\d.]+ seconds$/m,
      /Dynamo bytecode transform time: [\d.]+ s/,
      /torch\.compile took [\d.]+ s in total/,
      /Available KV cache memory: [\d.]+ GiB/,
      /GPU KV cache size: [\d,]+ tokens/,
      /Graph capturing finished in \d+ secs, took [\d.]+ GiB/,
      /init engine \(profile, create kv cache, warmup model\) took [\d.]+ seconds/,
      /Starting vLLM server on http:\/\/127\.0\.0\.1:\d+/,
    ];
    expect(inOrder(logged, expected)).toEqual([]);
    expect(server.output()).toMatch(/\rLoading safetensors checkpoint shards: {2}25% Completed \| 16\/64 /);
    expect(server.output()).toMatch(/\rCapturing CUDA graphs \(mixed prefill-decode, PIECEWISE\): {2}52%\|/);
  });
});

describe("start-up of a rehearsed SGLang", () => {
  it("tells its phases in SGLang's words", async () => {
    const flags = ["--tp", "4", "--attention-backend", "flashinfer", "--enable-piecewise-cuda-graph", "--disable-custom-all-reduce"];
    const server = await serving("sglang", ["--engine-version", "0.5.4"], flags);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const logged = server
      .output()
      .split("\n")
      .filter((line) => line.startsWith("["))
      .join("\n");
    const expected = [
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] server_args=ServerArgs\(model_path='tiny', .*disable_custom_all_reduce=True, .*enable_piecewise_cuda_graph=True\)$/m,
      /^\[[^\]]+ TP0\] Init torch distributed begin\.$/m,
      /^\[[^\]]+ TP3\] Init torch distributed ends\. mem usage=[\d.]+ GB$/m,
      /TP3\] Load weight begin\. avail mem=[\d.]+ GB/,
      /TP3\] Load weight end\. type=LlamaForCausalLM, .*mem usage=[\d.]+ GB/,
      /KV Cache is allocated\. #tokens: \d+, K size: [\d.]+ GB, V size: [\d.]+ GB/,
      /Memory pool end\. avail mem=/,
      /Capture cuda graph begin\. This can take up to several minutes\./,
      /Capture cuda graph end\. Time elapsed: [\d.]+ s\./,
      /Capture cuda graph num tokens \[4, 8/,
      /max_total_num_tokens=\d+, chunked_prefill_size=16384, .*max_running_requests=\d+, context_len=\d+/,
      /INFO: {5}Started server process/,
      /INFO: {5}Application startup complete\./,
      /INFO: {5}Uvicorn running on http:\/\/127\.0\.0\.1:\d+/,
      /Prefill batch/,
      /The server is fired up and ready to roll!/,
    ];
    expect(inOrder(logged, expected)).toEqual([]);
  });

  it("speaks the words of 0.5.18 as 0.5.18", async () => {
    const server = await serving("sglang", ["--engine-version", "0.5.18"], ["--tp", "2"]);
    const expected = [
      /Attention backend not explicitly specified\. Use trtllm_mha backend by default\./,
      /Load weight end\. elapsed=[\d.]+ s, type=/,
      /Running FlashInfer autotune with cache: /,
      /Capture target prefill CUDA graph begin\. backend=breakable, num_tokens=\[/,
      /Capture target decode CUDA graph end\. elapsed=[\d.]+ s, mem usage=/,
    ];
    expect(inOrder(server.output(), expected)).toEqual([]);
  });

  it("listens before its warm-up, answers /health with 503 until that is over, and can hang there", async () => {
    const server = await rehearse("sglang", ["--scenario", scenarioFile("speed: 1000\nrules: [{ die: hang-in-warm-up }]")], ["--tp", "2"]);
    await server.printed("Prefill batch");
    await until("health answers 503", async () => (await fetch(`${server.url}/health`)).status === 503);
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(200);
    expect(server.output()).not.toContain("fired up");
  });
});
