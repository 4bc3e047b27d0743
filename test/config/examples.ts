/** The full example of the public form. */
export const FULL = `version: 1
engine: sglang                        # vllm | sglang | transformers | rehearsal | command
model: Qwen/Qwen3-8B
launch: { args: [--tp, "4"], env: {}, ready-timeout: 20m }
machine: { gpu: NVIDIA B200, count: 4 }
matrix:
  piecewise-cuda-graph: [on, off]
  attention-backend: [cutlass, fa2]
  custom-all-reduce: [on, off]
  exclude: []
  include: []
expected-failures:
  - when: { piecewise-cuda-graph: on, attention-backend: cutlass }
    class: tma-descriptor
    issue: https://github.com/sgl-project/sglang/pull/12067
    expires: 2027-03-31
smoke: {}
accuracy: [ { dataset: gsm8k, questions: 200 } ]
throughput: [ { input: 1024, output: 1024, concurrency: [1, 16, 64] } ]
baseline: { from: main }
gates:
  - output_throughput drops no more than 3%
  - ttft_p50 rises no more than 5% and 20 ms
  - accuracy drops no more than 1 point
`;

export const LEAST = "version: 1\nengine: vllm\nmodel: m\n";
