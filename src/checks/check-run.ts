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

/** A stretch in which numbers were measured, warm-up left out; times are of the check's clock. */
export interface MeasuredPass {
  readonly workload: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly outputTokens: number;
}

export interface CheckContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** A line for a live display. */
  readonly progress: (text: string) => void;
  /** Folder that dataset paths are relative to. */
  readonly baseDir: string;
  /** Called after each pass that gives numbers, so that what the GPUs did can be told for exactly that time. */
  readonly onPass?: (pass: MeasuredPass) => void;
}
