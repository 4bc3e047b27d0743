import type { LoadRequest } from "../../src/load/index.ts";
import type { Endpoint } from "../../src/model/index.ts";

/** An endpoint of the scripted server that understands everything. */
export function anEndpoint(url: string, over: Partial<Endpoint> = {}, dialect: Partial<Endpoint["dialect"]> = {}): Endpoint {
  return {
    url,
    model: "fake",
    requestTimeoutMs: 10_000,
    dialect: {
      tokenPrompts: true,
      ignoreEos: true,
      streamOptions: true,
      logprobs: true,
      health: true,
      metrics: false,
      serverInfo: undefined,
      ...dialect,
    },
    ...over,
  };
}

/** A short closed-loop pass. */
export function aLoad(url: string, over: Partial<LoadRequest> = {}): LoadRequest {
  return {
    endpoint: anEndpoint(url),
    prompts: { tokens: 16, pass: "test" },
    arrivals: { kind: "closed", concurrency: 1, requests: 1 },
    askedTokens: 10,
    seed: 1,
    ...over,
  };
}

export const never = new AbortController().signal;
