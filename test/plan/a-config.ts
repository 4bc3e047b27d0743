import type { Config, LaunchConfig, MatrixConfig } from "../../src/model/index.ts";
import type { Site } from "../../src/engines/index.ts";

export const site: Site = { rehearsal: ["node", "rehearsal.js"] };

/** A configuration of one SGLang cell; name what matters. */
export function aConfig(
  over: Partial<Omit<Config, "launch" | "matrix">> & { launch?: Partial<LaunchConfig>; matrix?: Partial<MatrixConfig> } = {},
): Config {
  return {
    version: 1,
    engine: "sglang",
    model: "Qwen/Qwen3-8B",
    machine: {},
    launches: 1,
    expectedFailures: [],
    smoke: undefined,
    accuracy: [],
    throughput: [],
    baseline: { from: "none" },
    gates: [],
    rehearsal: undefined,
    ...over,
    launch: {
      args: [],
      env: {},
      command: undefined,
      url: undefined,
      readyTimeoutMs: 1_200_000,
      stallTimeoutMs: 300_000,
      requestTimeoutMs: 120_000,
      ...over.launch,
    },
    matrix: { axes: {}, exclude: [], include: [], ...over.matrix },
  };
}

/** The matrix of the mission: graphs × attention × all-reduce. */
export const mission: MatrixConfig = {
  axes: { "piecewise-cuda-graph": ["on", "off"], "attention-backend": ["cutlass", "fa2"], "custom-all-reduce": ["on", "off"] },
  exclude: [],
  include: [],
};
