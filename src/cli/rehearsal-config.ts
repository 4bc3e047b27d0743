/** The configuration that `servegate try` runs, exactly as a user would write it. */
export function rehearsalConfig(scenario: string): string {
  return `version: 1
engine: rehearsal
engine-version: 0.5.4
model: Qwen/Qwen3-8B
rehearsal: { dialect: sglang, scenario: ${scenario} }
launch: { args: [--tp, "8"], ready-timeout: 1m, stall-timeout: 20s, request-timeout: 20s }
machine: { gpu: NVIDIA B200, count: 8 }
matrix:
  piecewise-cuda-graph: [on, off]
  attention-backend: [cutlass, fa2]
  custom-all-reduce: [on, off]
smoke: {}
accuracy: [{ dataset: arithmetic, questions: 64, concurrency: 16 }]
throughput: [{ input: 256, output: 32, concurrency: [8, 16], requests: 64 }]
gates:
  - output_throughput drops no more than 15%
  - ttft_p50 rises no more than 50% and 50 ms
  - accuracy drops no more than 3 points
`;
}

/** One server that answers fluently and wrongly, with the checks that tell. */
export const WRONG_ANSWERS = `version: 1
engine: rehearsal
engine-version: 0.5.4
model: tiny-llama
rehearsal: { dialect: sglang, scenario: stale-metadata }
launch: { args: [--tp, "2"], ready-timeout: 1m, stall-timeout: 20s, request-timeout: 40s }
matrix: {}
smoke: { concurrent: 4 }
numerics: { batch-sizes: [3], tokens: 12, long-prompt: 0 }
accuracy: [{ dataset: arithmetic, questions: 24, concurrency: 3, max-tokens: 48, endpoint: completions }]
`;
