import { checksFor } from "../../src/checks/index.ts";
import { systemClock } from "../../src/load/index.ts";
import type { CheckId, CheckResult, Config, Endpoint } from "../../src/model/index.ts";
import { anEndpoint } from "../load/endpoint.ts";

export function aConfig(over: Partial<Config>): Config {
  return {
    version: 1,
    engine: "vllm",
    model: "fake",
    launch: {
      args: [],
      env: {},
      command: undefined,
      url: undefined,
      readyTimeoutMs: 1_000,
      stallTimeoutMs: 1_000,
      requestTimeoutMs: 1_000,
    },
    machine: {},
    matrix: { axes: {}, exclude: [], include: [] },
    launches: 1,
    expectedFailures: [],
    smoke: undefined,
    accuracy: [],
    throughput: [],
    baseline: { from: "none" },
    gates: [],
    rehearsal: undefined,
    ...over,
  };
}

/** Runs the only check of this kind in the configuration. */
export async function runCheck(
  config: Config,
  at: string | Endpoint,
  id: CheckId,
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckResult> {
  const check = checksFor(config).find((one) => one.id === id);
  if (check === undefined) throw new Error(`no ${id} check in this configuration`);
  const endpoint = typeof at === "string" ? anEndpoint(at) : at;
  return check.run(endpoint, { signal, clock: systemClock, progress: () => undefined, baseDir: "/nowhere" });
}
