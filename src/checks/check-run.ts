import type { KeepApart } from "../load/index.ts";
import type { Answer, CheckId, CheckResult, Clock, Endpoint } from "../model/index.ts";

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
  /** Where data are looked for and with which rights: `HF_HOME`, `HF_TOKEN` and the like. Absent: nowhere, with none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How the same check was answered in the baseline; absent where there is none. */
  readonly before?: readonly Answer[];
  /** Starts short commands; absent where none may be started. */
  readonly commands?: Commands;
  /** Called after each pass that gives numbers, so that what the GPUs did can be told for exactly that time. */
  readonly onPass?: (pass: MeasuredPass) => void;
  /** Keeps the load generator off the server's cores; absent where nobody knows which these are. */
  readonly keepApart?: KeepApart;
}

/** Commands that a check may need beside the server. */
export interface Commands {
  /** Runs a command to its end, with this environment alone. */
  run(argv: readonly string[], options: CommandOptions): Promise<CommandAnswer>;
  /** The same in a room without network, without a way to write outside, and without what the user keeps; or why there is none here. */
  readonly confined: { readonly run: Commands["run"] } | { readonly why: string };
}

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

export interface CommandAnswer {
  /** Ran to its end and exited with 0. */
  readonly ok: boolean;
  readonly exitCode?: number;
  readonly timedOut: boolean;
  /** The program was not found or may not be executed. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
}
