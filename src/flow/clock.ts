import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../model/index.ts";

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  timestamp: () => new Date().toISOString(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
