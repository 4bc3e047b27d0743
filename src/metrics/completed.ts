import type { RequestSample, Samples } from "../model/index.ts";

/** A request that brought tokens and a usage count. */
export interface CompletedRequest extends RequestSample {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly completionTokens: number;
}

/** Requests that enter latency and throughput: no error, at least one token, and the server's own count of them. */
export function completed(samples: Samples): CompletedRequest[] {
  return samples.requests.filter(
    (request): request is CompletedRequest =>
      request.error === undefined &&
      request.firstMs !== undefined &&
      request.lastMs !== undefined &&
      request.completionTokens !== undefined &&
      request.completionTokens > 0,
  );
}
