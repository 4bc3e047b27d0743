import type { ScenarioText } from "../scenario.ts";

/**
 * Kimi K2 on eight B200: graph capture dies when custom all-reduce meets any of three heavy settings. Durations keep the
 * proportions of a real start: weights two to three minutes, workers one to two, KV cache half a minute, six minutes in all.
 */
export const vllmKimiK2: ScenarioText = {
  dialect: "vllm",
  version: "0.28.0",
  phases: { arguments: 15, distributed: 80, weights: 150, compile: 35, "kv-cache": 30, autotune: 15, graphs: 30, http: 5, "warm-up": 0 },
  speed: 600,
  rules: [
    { when: { "all-reduce": "on", "kv-cache-dtype": ["fp8", "fp8_e4m3", "fp8_e5m2"] }, at: "graphs", die: "kimi-tma-700" },
    { when: { "all-reduce": "on", "max-batched-tokens": ">=16384" }, at: "graphs", die: "kimi-tma-700" },
    { when: { "all-reduce": "on", "max-sequences": ">=128" }, at: "graphs", die: "kimi-tma-700" },
  ],
};
