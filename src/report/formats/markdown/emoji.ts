import type { Tone } from "../../shape.ts";

/** Repeats the word beside it, never replaces it. */
export function emoji(tone: Tone): string {
  return { good: "✅", bad: "❌", warn: "⚠️", muted: "⚪" }[tone];
}
