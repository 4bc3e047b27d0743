import type { AxisId } from "./cell.ts";

/**
 * How to tell that an axis value took effect. Patterns are sources of JavaScript regular expressions, tried on each log line
 * (prefixes of rank and time stripped) and on `server_info` as compact JSON. Plain data, so that plans can be stored.
 */
export interface ProofOfEffect {
  readonly axis: AxisId;
  /** The value asked for. */
  readonly requested: string;
  /**
   * Each reading says: this pattern shows that the engine resolved to this value; `$1` stands for the pattern's first group.
   * The last match in the log wins; on one line the first reading that matches does.
   */
  readonly readings: readonly { readonly pattern: string; readonly resolved: string }[];
  /** Lines by which the engine says that it took the value back, and why it does so, as far as that is known. */
  readonly reasons?: readonly { readonly pattern: string; readonly because: string }[];
  /** True when silence proves the requested value (an off switch that prints nothing). */
  readonly silenceProves?: boolean;
  /** True when the engine may keep quiet although the value took effect; without a reading it is `unverifiable`, not `inert`. */
  readonly silenceSaysNothing?: boolean;
}

/** What the engine made of one requested value. */
export interface ResolvedSetting {
  readonly axis: AxisId;
  readonly requested: string;
  /**
   * `as-requested` — proved; `fallback` — proved to be something else; `inert` — accepted, and the proof that should have
   * appeared did not; `unverifiable` — the engine offers no proof for this value.
   */
  readonly effect: "as-requested" | "fallback" | "inert" | "unverifiable";
  readonly resolved?: string;
  /** The line or field that proves it. */
  readonly evidence?: string;
  /** Why it is something else, where a known rule of the engine explains it. */
  readonly because?: string;
}
