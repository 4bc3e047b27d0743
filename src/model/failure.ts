import type { Phase } from "./phase.ts";
import type { Milliseconds } from "./units.ts";

/** What broke, in the field's words. The list is public: gates, ledgers and dashboards name these. */
export const FAILURE_CLASSES = [
  "tma-descriptor",
  "illegal-memory-access",
  "attention-metadata",
  "gpu-out-of-memory",
  "kv-cache-too-small",
  "gpu-memory-not-free",
  "worker-died",
  "cuda-graph-capture",
  "no-kernel-image",
  "jit-compile",
  "torch-compile",
  "nccl",
  "collective-hang",
  "driver-mismatch",
  "fabric-manager",
  "xid",
  "shm-too-small",
  "host-out-of-memory",
  "disk-full",
  "port-in-use",
  "model-access",
  "model-download",
  "unsupported-model",
  "unsupported-quantization",
  "unsupported-backend",
  "bad-argument",
  "import-error",
  "tokenizer-or-template",
  "numeric-garbage",
  "startup-timeout",
  "cublas-or-cudnn",
  "permission",
  "healthy",
  "unknown",
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** What we came to observe: the server under test failed. A value, never an exception; branch on `kind`. */
export type Failure =
  /** The program could not be started at all. */
  | { readonly kind: "spawn"; readonly message: string }
  /** The process ended by itself. `exitCode` can be 0 after a crash (sglang#32021). */
  | ({ readonly kind: "exited"; readonly exitCode?: number; readonly signal?: string } & Scene)
  /** A log line that no server survives was printed, though the process still lived. */
  | ({ readonly kind: "fatal-line"; readonly line: string } & Scene)
  /** Alive, but nothing moved for `silentForMs`, or start-up took longer than allowed. */
  | ({ readonly kind: "hang"; readonly silentForMs: Milliseconds; readonly limitMs: Milliseconds } & Scene)
  /** The endpoint answered for something else than the server that was started. */
  | ({ readonly kind: "wrong-server"; readonly expected: string; readonly found: string } & Scene)
  /** A check found the live server unfit; its result is in `checks`. */
  | ({ readonly kind: "check"; readonly check: string; readonly message: string } & Scene);

/** Where it happened and what was last said. */
export interface Scene {
  readonly phase: Phase;
  /** The last lines of the server's output, oldest first, at most 40, secrets redacted. */
  readonly logTail: readonly string[];
}

/** One recognised line or cluster of lines. */
export interface Finding {
  /** File name of the signature in `diagnose/signatures/`, or `unknown`. */
  readonly signature: string;
  readonly class: FailureClass;
  readonly title: string;
  /** `cause` may be the root; `symptom` only reports an earlier fault; `note` is harmless on a healthy start. */
  readonly level: "cause" | "symptom" | "note";
  /** The line as printed, without colour, at most 2,000 characters. */
  readonly line: string;
  /** 1-based line number in the log. */
  readonly at: number;
  /** Which worker printed it, as the log names it: `Worker_TP3`, `TP3`. */
  readonly worker?: string;
}

/** One thing to try. */
export interface Remedy {
  readonly text: string;
  /** Axis values that carry it out, where axes can: `{ "custom-all-reduce": "off" }`. */
  readonly axes?: Readonly<Record<string, string>>;
  /** Otherwise the argument or command to use. */
  readonly command?: string;
}

/** The answer to "what broke, why, and what to do". */
export interface Diagnosis {
  readonly class: FailureClass;
  readonly title: string;
  /** One sentence: the cause, not the symptom. */
  readonly rootCause: string;
  readonly confidence: "certain" | "likely" | "guess";
  readonly phase?: Phase;
  readonly worker?: string;
  /** The lines that prove it. */
  readonly evidence: readonly string[];
  readonly remedies: readonly Remedy[];
  /** Everything recognised, in log order. */
  readonly findings: readonly Finding[];
  /** Where the signature comes from: issues, pull requests, source. */
  readonly sources: readonly string[];
  /**
   * Set where no signature knows the error: sixteen hex digits that stay the same when it happens again, elsewhere or later. The class is
   * then `unknown`, or a guess from its words.
   */
  readonly fingerprint?: string;
  /** Set when the failure is the runner's, with positive evidence; never inferred from an exit alone. */
  readonly infra?: string;
}
