import type { Event } from "../model/index.ts";
import { err } from "./print.ts";

/**
 * Tells a run as it happens, one line per step, on standard error. `total` is the number of launches. Measurements of speed report
 * their progress on one line that is rewritten at a terminal and left out elsewhere.
 */
export function progressPrinter(
  total: number,
  options: { readonly quiet?: boolean; readonly live?: boolean } = {},
): (event: Event) => void {
  let launches = 0;
  let live = false;
  const line = (text: string): void => {
    if (live) process.stderr.write("\r\u001B[K");
    live = false;
    err(text);
  };
  return (event) => {
    if (options.quiet === true) return;
    switch (event.kind) {
      case "launch-started":
        launches += 1;
        line(`[${launches}/${total}] ${event.cell}`);
        return;
      case "phase-entered":
        if (event.phase === "ready") line(`      ready after ${seconds(event.atMs)}`);
        return;
      case "effects-resolved":
        for (const setting of event.resolved) {
          if (setting.effect === "fallback")
            line(`      ${setting.axis}: asked for ${setting.requested}, the engine took ${setting.resolved ?? "something else"}`);
          if (setting.effect === "inert")
            line(`      ${setting.axis}: ${setting.requested} was accepted, but nothing shows that it took effect`);
        }
        return;
      case "progress":
        if (options.live === true) {
          process.stderr.write(`\r\u001B[K      ${event.text}`);
          live = true;
        }
        return;
      case "check-finished":
        line(`      ${event.result.id} ${event.result.status}: ${event.result.message}`);
        return;
      case "launch-ended":
        if (event.outcome.state === "failed")
          line(`      failed: ${event.diagnosis?.class ?? "unknown"} — ${event.diagnosis?.title ?? event.outcome.failure.kind}`);
        return;
      case "server-stopped":
        for (const left of event.stop.leftovers) line(`      left behind: ${left}`);
        for (const text of event.stop.sharedMemory ?? []) line(`      shared memory: ${text}`);
        return;
      case "launch-voided":
        line(`      spoiled and launched again: ${event.reason}`);
        return;
      case "cell-bisected":
        line(
          `${event.cell.cell.id}: ${event.cell.launches[0]?.outcome.state === "measured" ? "serves" : "does not serve"}, launched to tell toggles apart`,
        );
        return;
      case "remedies-tried":
        line(`${event.result.cell}: ${event.result.found === undefined ? "no remedy serves" : `serves with ${event.result.found}`}`);
        return;
      case "run-started":
      case "cell-planned":
      case "launch-filled":
      case "check-started":
      case "run-finished":
        return;
      default:
        event satisfies never;
    }
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
