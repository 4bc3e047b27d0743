import type { ScenarioText } from "../scenario.ts";
import { healthy } from "./healthy.ts";
import { base, fixed, head } from "./sglang-12067.ts";
import { staleMetadata } from "./stale-metadata.ts";
import { vllmKimiK2 } from "./vllm-kimi-k2.ts";

/** Scenarios that are known by name. */
export const builtInScenarios: Readonly<Record<string, ScenarioText>> = {
  healthy,
  "sglang-12067-base": base,
  "sglang-12067-head": head,
  "sglang-12067-fixed": fixed,
  "vllm-kimi-k2": vllmKimiK2,
  "stale-metadata": staleMetadata,
};
