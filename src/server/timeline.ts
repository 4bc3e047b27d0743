import { PHASES } from "../model/index.ts";
import type { Milliseconds, Phase, PhaseSpan } from "../model/index.ts";

/** The phases a server has passed. */
export interface Timeline {
  /** Opens a phase; an earlier or the present one is ignored, because ranks print late lines. */
  enter(phase: Phase, line?: string): void;
  current(): Phase;
  /** Spans so far; the last one ends now. */
  spans(): PhaseSpan[];
}

/** Starts in `spawn`. `now` counts from the launch. */
export function timeline(now: () => Milliseconds, onPhase: (phase: Phase, atMs: Milliseconds, line?: string) => void): Timeline {
  const entered: { phase: Phase; fromMs: Milliseconds; line?: string }[] = [];
  const current = (): Phase => entered.at(-1)?.phase ?? "spawn";
  const enter = (phase: Phase, line?: string): void => {
    if (entered.length > 0 && PHASES.indexOf(phase) <= PHASES.indexOf(current())) return;
    const fromMs = entered.length === 0 ? 0 : now();
    entered.push({ phase, fromMs, ...(line === undefined ? {} : { line }) });
    onPhase(phase, fromMs, line);
  };
  enter("spawn");
  return {
    enter,
    current,
    spans: () => entered.map((span, index) => ({ ...span, toMs: entered[index + 1]?.fromMs ?? now() })),
  };
}
