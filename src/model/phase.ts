import type { Milliseconds } from "./units.ts";

/** Stages of one server's life, in the order in which engines pass them; an engine may skip some. */
export const PHASES = [
  "spawn",
  "arguments",
  "distributed",
  "weights",
  "compile",
  "kv-cache",
  "autotune",
  "graphs",
  "warm-up",
  "http",
  "ready",
  "serving",
  "stopping",
] as const;
export type Phase = (typeof PHASES)[number];

/** Whether a start-up had to compile, which can take most of its time, or found everything compiled by an earlier one. */
export type CacheState = "cold" | "warm";

/** A stretch of one phase, measured from the launch. */
export interface PhaseSpan {
  readonly phase: Phase;
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  /** The log line that opened it. */
  readonly line?: string;
}
