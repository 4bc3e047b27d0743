import { PHASES, type Phase } from "../model/index.ts";
import type { Engine } from "./engine.ts";

/**
 * A reader of one server's start-up: give it cleaned lines in order and it says when a new phase opens. It never goes back:
 * engines print late lines of earlier phases from other ranks. Markers may be missing; the phase is then skipped.
 */
export function phaseReader(engine: Pick<Engine, "markers">): (line: string) => Phase | undefined {
  let reached = PHASES.indexOf("spawn");
  return (line) => {
    const opened = engine.markers
      .filter((marker) => marker.patterns.some((pattern) => pattern.test(line)))
      .map((marker) => PHASES.indexOf(marker.phase))
      .filter((index) => index > reached);
    if (opened.length === 0) return undefined;
    reached = Math.max(...opened);
    return PHASES[reached];
  };
}
