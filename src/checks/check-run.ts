import type { CheckId, CheckResult, Clock, Endpoint } from "../model/index.ts";

/** One thing to do to a live endpoint, made from the configuration. */
export interface CheckRun {
  readonly id: CheckId;
  /** Part of the joining key: `arithmetic n=200`, `1024→1024`; empty for smoke. */
  readonly workload: string;
  /**
   * Never rejects for the server's sake: what went wrong is in the result. Ends within 1 s of the signal, with status `error` and what
   * had been counted by then.
   */
  run(endpoint: Endpoint, at: CheckContext): Promise<CheckResult>;
}

export interface CheckContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** A line for a live display. */
  readonly progress: (text: string) => void;
  /** Folder that dataset paths are relative to. */
  readonly baseDir: string;
}
