import type { Line } from "../log/index.ts";
import type { ScriptedPhase } from "../scenario.ts";
import type { Settings } from "../settings.ts";

/** One way to end: what the dying process says, and how it goes. The engine's own reaction is in `wrappers.ts`. */
export interface Death {
  /** Phase it strikes, or request number, when the scenario does not say. */
  readonly at: (settings: Settings) => ScriptedPhase | number;
  /** What is printed before the process is gone. */
  readonly lines: (settings: Settings) => readonly Line[];
  /**
   * `exit` and `signal` befall the first worker; `server` is a plain exit of the parent with this code, its last words
   * included; `hang` leaves everything alive and still.
   */
  readonly end: { readonly exit: number } | { readonly signal: NodeJS.Signals } | { readonly server: number } | "hang";
}

/** The rank that speaks first: `TP0`, `Worker_TP0`, or who stands for it with one GPU. */
export function firstRank(settings: Settings): string | undefined {
  const tp = Number(settings.effective["tensor-parallel"]);
  if (settings.dialect === "sglang") return tp === 1 ? undefined : "TP0";
  return tp === 1 ? "EngineCore" : "Worker_TP0";
}
