import type { ScriptedPhase } from "../scenario.ts";
import type { Line } from "./line.ts";

/** A moment of start-up: what is printed, then how long until the next. */
export interface Step {
  readonly phase: ScriptedPhase;
  readonly lines: readonly Line[];
  /** This step's share of its phase's duration. */
  readonly share: number;
  /** Scripted deaths and hangs of this phase strike after these lines. */
  readonly crisis?: true;
}

/** One line on every rank of a tensor-parallel group. */
export function onRanks(tp: number, line: (rank: number) => Line): Line[] {
  return Array.from({ length: tp }, (_, rank) => line(rank));
}

/** Python's `repr` of the values that appear in engine configurations. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string")
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  return `{${Object.entries(value as Record<string, unknown>)
    .map(([name, inner]) => `${repr(name)}: ${repr(inner)}`)
    .join(", ")}}`;
}
