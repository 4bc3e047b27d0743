import { PHASES } from "../model/index.ts";
import type { DeathId } from "./deaths/ids.ts";
import type { NumericFault } from "./model/index.ts";

export const DIALECTS = ["vllm", "sglang"] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Stretches of start-up that a scenario may time or strike; the rest of `PHASES` belongs to the harness. */
export const SCRIPTED_PHASES = PHASES.filter((phase) => !["spawn", "ready", "serving", "stopping"].includes(phase));
export type ScriptedPhase = Exclude<(typeof PHASES)[number], "spawn" | "ready" | "serving" | "stopping">;

/** Settings a rule can ask about, by the names of the axes where an axis has one. */
export const SETTING_NAMES = [
  "prefill-graph",
  "prefill-graph-backend",
  "decode-graph",
  "eager",
  "attention-backend",
  "attention-kernel",
  "all-reduce",
  "fused-all-reduce",
  "kv-cache-dtype",
  "max-batched-tokens",
  "max-sequences",
  "gpu-memory",
  "context-length",
  "quantization",
  "tensor-parallel",
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/** A value, several values, or a comparison such as `>=16384`. */
export type Wanted = string | number | boolean | readonly (string | number | boolean)[];

export const GARBAGE = ["nan", "repeat", "empty"] as const;

/** One misbehaviour, under a condition on the effective settings. */
export interface Rule {
  /** Every setting named must match; no `when` means always. */
  readonly when?: Partial<Readonly<Record<SettingName, Wanted>>>;
  /** A phase of start-up, or the number of the first request it applies to (1-based). Default: request 1, or `graphs` for `die` and `hang`. */
  readonly at?: ScriptedPhase | number;
  readonly die?: DeathId;
  /** Nothing moves from here on; `/health` of vLLM keeps answering 200. */
  readonly hang?: true;
  /** Factor on the time per token and on the time to the first one. */
  readonly slow?: number;
  /** Share of the questions answered with a wrong number. */
  readonly "wrong-answers"?: number;
  readonly garbage?: (typeof GARBAGE)[number];
  /** A request for log-probabilities is answered with 500, as NaN logits are. */
  readonly "logprobs-error"?: true;
  /** A fault in the model's arithmetic, from the first request on; asks for `answers: model`. */
  readonly numeric?: NumericFault;
  /** Share of the streams cut after half of their tokens, without `[DONE]`. */
  readonly drop?: number;
  /** A line printed at that phase. */
  readonly print?: string;
}

/** Times in milliseconds of wall time, at one request in flight, before the effects of settings. */
export interface LatencyLaw {
  /** Time to the first token of an empty prompt. */
  readonly "first-token-ms": number;
  readonly "prompt-token-ms": number;
  readonly "token-ms": number;
  /** Each further request in flight lengthens the time per token by this share. */
  readonly "load-share": number;
  /** Largest deviation of one token's time, as a share; zero on average. */
  readonly "jitter-share": number;
  /** Launch-to-launch deviation is none: the same seed gives the same schedule. */
  readonly seed: number;
}

/** How the process tree ends. */
export interface ProcessManners {
  readonly "ignore-sigterm": boolean;
  /** One worker runs in a session of its own and survives a SIGKILL of its parent. */
  readonly "orphan-worker": boolean;
  /** False: a dead worker leaves a server that answers `/health` and nothing else. */
  readonly "worker-death-kills-engine": boolean;
}

export interface Scenario {
  /** Which dialect it is meant for; absent means both. */
  readonly dialect?: Dialect;
  /** PEP 440 version played when the command line names none. */
  readonly version?: string;
  /** Seconds each phase would take on the assumed machine, before `speed`. */
  readonly phases: Readonly<Partial<Record<ScriptedPhase, number>>>;
  /** Start-up runs this many times faster than `phases` says. */
  readonly speed: number;
  readonly law: LatencyLaw;
  readonly process: ProcessManners;
  /** Whether the engine falls back from CUTLASS to FA2 under piecewise graphs (sglang#12067). */
  readonly "cutlass-fallback": "by-version" | "on" | "off";
  /**
   * `model`: a tiny Llama really infers what is said and how likely it was; `scripted`: made up, at no cost. Load (`ignore_eos` without
   * log-probabilities) is made up either way, so that inference does not disturb the law of latency.
   */
  readonly answers: "scripted" | "model";
  readonly rules: readonly Rule[];
}

/** A scenario as written: everything may be left out. */
export type ScenarioText = Partial<Omit<Scenario, "law" | "process">> & {
  readonly law?: Partial<LatencyLaw>;
  readonly process?: Partial<ProcessManners>;
};

/** Fill in what a scenario leaves out. */
export function completed(text: ScenarioText): Scenario {
  return {
    ...text,
    // About a minute of start-up, played in 0.6 s.
    phases: {
      arguments: 3,
      distributed: 8,
      weights: 16,
      compile: 10,
      "kv-cache": 4,
      autotune: 4,
      graphs: 10,
      http: 2,
      "warm-up": 3,
      ...text.phases,
    },
    speed: text.speed ?? 100,
    law: {
      "first-token-ms": 20,
      "prompt-token-ms": 0.004,
      "token-ms": 2,
      "load-share": 0.05,
      "jitter-share": 0.02,
      seed: 1,
      ...text.law,
    },
    process: { "ignore-sigterm": false, "orphan-worker": false, "worker-death-kills-engine": true, ...text.process },
    "cutlass-fallback": text["cutlass-fallback"] ?? "by-version",
    answers: text.answers ?? "scripted",
    rules: text.rules ?? [],
  };
}
