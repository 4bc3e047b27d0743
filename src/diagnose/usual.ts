/**
 * Lines of the kinds that fill most of a server's log. The search for literals is arranged so that these are passed over
 * quickly; any text is searched correctly.
 */
export const USUAL_LINES: readonly string[] = [
  '(APIServer pid=1890) INFO:     127.0.0.1:40824 - "POST /v1/chat/completions HTTP/1.1" 200 OK',
  '(APIServer pid=1890) INFO:     10.12.30.4:51516 - "GET /health HTTP/1.1" 200 OK',
  "(APIServer pid=1890) INFO 11-20 10:05:22 [loggers.py:236] Engine 000: Avg prompt throughput: 387.6 tokens/s, Avg generation throughput: 40.9 tokens/s, Running: 12 reqs, Waiting: 0 reqs, GPU KV cache usage: 35.1%, Prefix cache hit rate: 0.0%",
  "INFO 06-21 14:38:07 [metrics.py:455] Avg prompt throughput: 0.0 tokens/s, Avg generation throughput: 21.4 tokens/s, Running: 1 reqs, Swapped: 0 reqs, Pending: 0 reqs, GPU KV cache usage: 0.2%, CPU KV cache usage: 0.0%.",
  "(APIServer pid=1890) INFO 11-20 10:05:11 [logger.py:40] Received request chatcmpl-61f3a9: params: SamplingParams(n=1, presence_penalty=0.0, frequency_penalty=0.0, repetition_penalty=1.0, temperature=0.7, top_p=0.8, top_k=20, min_p=0.0, seed=None, stop=[], stop_token_ids=[], max_tokens=1024, min_tokens=0, logprobs=None, skip_special_tokens=True), prompt_token_ids: None, prompt_embeds shape: None, lora_request: None.",
  "(APIServer pid=1890) INFO 11-20 10:05:11 [async_llm.py:270] Added request chatcmpl-61f3a9.",
  "[2026-05-02 09:15:11 TP0] Decode batch [40], #running-req: 16, #token: 9071, token usage: 0.01, cuda graph: True, gen throughput (token/s): 812.41, #queue-req: 0, accept len: 1.00",
  "[2026-05-02 09:14:45 DP0 TP0 EP0] Prefill batch [1], #new-seq: 1, #new-token: 6, #cached-token: 0, token usage: 0.00, #running-req: 0, #queue-req: 0, input throughput (token/s): 0.00",
  '[2026-05-02 09:14:47] INFO:     127.0.0.1:41430 - "POST /generate HTTP/1.1" 200 OK',
  "(EngineCore_DP0 pid=2100) DEBUG 11-20 10:05:03 [core.py:402] EngineCore loop active, 12 scheduled, batch formed from 4 waiting and 16 running requests",
  "Loading safetensors checkpoint shards:  62% Completed | 5/8 [00:03<00:03,  1.18it/s]",
  "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE):  97%|#########6| 34/35 [00:12<00:00,  2.81it/s]",
  '(Worker_TP3 pid=2211) ERROR 11-20 10:02:31 [multiproc_executor.py:671]   File "/usr/local/lib/python3.12/dist-packages/torch/nn/modules/module.py", line 1750, in _call_impl',
  "(Worker_TP3 pid=2211) ERROR 11-20 10:02:31 [multiproc_executor.py:671]     return forward_call(*args, **kwargs)",
  "b200-07:4711:5120 [0] NCCL INFO Channel 11/0 : 2[2] -> 1[1] via P2P/IPC/read",
];
