import type { CellRecord, Change, RunRecord } from "../model/index.ts";
import { normalQuantile } from "../stats/index.ts";
import { count } from "./words.ts";

/**
 * Launch-to-launch noise, as the standard deviation of a logarithm, taken where only one launch stands on each side. Servers of one build
 * differ by 1 to 3 % from launch to launch; a loss that 2 % could explain is not called a regression.
 */
export const ASSUMED_NOISE = 0.02;
/** From the half-width of a 95% interval to the smallest change found with 80% power. */
const CONFIDENT = normalQuantile(0.975) + normalQuantile(0.8);
/** Beyond this nobody launches. */
const MOST = 100;

/** What one more launch of a cell costs, in GPU-minutes; minutes of the machine where it has no GPU. `undefined` before any launch ended. */
export function launchCost(record: RunRecord, cell: CellRecord): number | undefined {
  const times = cell.launches.map(({ phases, stop }) => (phases.at(-1)?.toMs ?? 0) + (stop?.tookMs ?? 0)).filter((ms) => ms > 0);
  if (times.length === 0) return undefined;
  const mean = times.reduce((a, b) => a + b, 0) / times.length;
  return (mean / 60_000) * Math.max(1, record.machine.gpus.length);
}

/**
 * `about 4 more launches a side would settle it (12 GPU-minutes)`: how many until a true change of the size seen lies clear of the margin
 * with 80 % power. `distance` is that from the change to the margin on the log scale.
 */
export function settling(change: Change, distance: number, cost: number | undefined): string | undefined {
  const noise = noiseOf(change);
  if (noise === undefined || !(distance > 0)) return undefined;
  const room = (distance / CONFIDENT) ** 2 - noise.fixed;
  const needed = room <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(noise.perLaunch / room);
  if (needed > MOST)
    return noise.fixed > 0 && room <= 0
      ? "no number of launches of this run alone would settle it"
      : "it lies too close to the margin to be settled by launches";
  const more = Math.max(1, needed - change.launches.head);
  const sides = noise.bothSides ? 2 : 1;
  const minutes = cost === undefined ? "" : ` (${(more * sides * cost).toFixed(more * sides * cost < 10 ? 1 : 0)} GPU-minutes)`;
  return `about ${count(more, "more launch", "more launches")}${noise.bothSides ? " a side" : ""} would settle it${minutes}`;
}

function noiseOf({ error, certainty, launches, unit }: Change): { fixed: number; perLaunch: number; bothSides: boolean } | undefined {
  if (error === undefined) {
    if (certainty !== "within-launch" || unit === "percent" || unit === "points") return undefined;
    return { fixed: 0, perLaunch: 2 * ASSUMED_NOISE ** 2, bothSides: true };
  }
  if (error.runs !== undefined) return { fixed: error.fixed, perLaunch: error.perLaunch, bothSides: false };
  if (error.pairs !== undefined) return { fixed: 0, perLaunch: error.perLaunch, bothSides: true };
  return { fixed: 0, perLaunch: error.perLaunch + error.fixed * launches.base, bothSides: true };
}
