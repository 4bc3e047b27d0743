import type { Timeline } from "../shape.ts";

/** Ready, failed, or broken off. */
const END: Readonly<Record<Timeline["tone"], string>> = { good: "┤", bad: "✗", warn: "!", muted: "…" };

/**
 * One launch's start-up as text, `width` characters for `scaleMs`: `├spawn┼weights────┼graphs──┤`. Phases are named where their
 * stretch has room; a phase shorter than one character is not drawn.
 */
export function bar({ spans, endMs, tone }: Timeline, scaleMs: number, width: number): string {
  if (scaleMs <= 0 || spans.length === 0) return "";
  const at = (ms: number): number => Math.round((ms / scaleMs) * (width - 1));
  const drawn = spans
    .map((span) => ({ phase: span.phase, from: at(span.fromMs), to: at(span.toMs) }))
    .filter((span) => span.to > span.from)
    .map((span) => `┼${span.phase.slice(0, span.to - span.from - 1).padEnd(span.to - span.from - 1, "─")}`);
  const line = drawn.join("").slice(0, Math.max(0, at(endMs)));
  return `${line.replace(/^┼/, "├")}${END[tone]}`;
}

/** The longest start-up among these, in ms: one scale for all, so that bars can be compared. */
export function scaleOf(timelines: readonly Timeline[]): number {
  return timelines.reduce((most, one) => Math.max(most, one.endMs), 0);
}
