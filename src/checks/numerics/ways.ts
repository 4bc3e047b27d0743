import type { Endpoint } from "../../model/index.ts";
import type { Asking } from "../generated.ts";
import type { Scorer } from "./scorer.ts";
import { sglangScorer } from "./sglang.ts";
import { vllmScorer } from "./vllm.ts";

/** `undefined` where the endpoint's kind is not known to offer scores by token ids. */
export function scorer(endpoint: Endpoint, at: Asking): Scorer | undefined {
  switch (endpoint.dialect.scoring) {
    case "vllm":
      return vllmScorer(endpoint, at);
    case "sglang":
      return sglangScorer(endpoint, at);
    case undefined:
      return undefined;
    default:
      return endpoint.dialect.scoring satisfies never;
  }
}
