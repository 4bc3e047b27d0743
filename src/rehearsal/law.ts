import { hashNumbers, share } from "./hash.ts";
import type { LatencyLaw } from "./scenario.ts";
import type { Settings } from "./settings.ts";

/** Times of one launch in milliseconds, settings and seed included. */
export interface Pace {
  readonly firstTokenMs: (promptTokens: number, request: number) => number;
  /** Until token `index` of a request, while `running` requests share the machine. */
  readonly tokenMs: (running: number, request: number, index: number) => number;
}

/** Effect of each setting as a factor on the time per token; the first token takes its part of the graph's and the kernel's. */
const FACTORS: readonly { readonly when: (settings: Settings) => boolean; readonly token: number; readonly first: number }[] = [
  { when: ({ effective }) => effective["prefill-graph"] === "off", token: 1.08, first: 1.1 },
  { when: ({ effective }) => effective["decode-graph"] === "off", token: 1.25, first: 1 },
  { when: ({ effective }) => effective["all-reduce"] === "off" && Number(effective["tensor-parallel"]) > 1, token: 1.04, first: 1.02 },
  { when: ({ effective }) => effective["attention-kernel"] === "cutlass", token: 0.95, first: 0.93 },
  { when: ({ effective }) => effective["attention-kernel"] === "trtllm-gen", token: 0.9, first: 0.9 },
  { when: ({ effective }) => /^(fp8|nvfp4|fp4)/.test(String(effective["kv-cache-dtype"])), token: 0.97, first: 1 },
];

/** The latency law under these settings. Jitter is a function of seed, request and token alone, with a mean of zero. */
export function pace(law: LatencyLaw, settings: Settings): Pace {
  const active = FACTORS.filter(({ when }) => when(settings));
  const token = active.reduce((product, factor) => product * factor.token, law["token-ms"]);
  const first = active.reduce((product, factor) => product * factor.first, 1);
  const jitter = (request: number, index: number): number =>
    1 + law["jitter-share"] * (2 * share(hashNumbers(law.seed, request, index)) - 1);
  return {
    firstTokenMs: (promptTokens, request) => first * (law["first-token-ms"] + law["prompt-token-ms"] * promptTokens) * jitter(request, 0),
    tokenMs: (running, request, index) => token * (1 + law["load-share"] * (running - 1)) * jitter(request, index),
  };
}
