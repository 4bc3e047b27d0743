import { systemClock } from "../../src/flow/index.ts";
import type { Clock } from "../../src/model/index.ts";

/** The machine's time until `hurry` is called; after that every sleep is short and the clock goes on as if it had been thirty times as long. */
export function hurryingClock(): { readonly clock: Clock; readonly hurry: () => void } {
  let ahead = 0;
  let hurried = false;
  const clock: Clock = {
    now: () => systemClock.now() + ahead,
    timestamp: () => systemClock.timestamp(),
    async sleep(ms, signal) {
      if (!hurried) return systemClock.sleep(ms, signal);
      await systemClock.sleep(Math.min(ms, 20), signal);
      ahead += ms * 30;
    },
  };
  return { clock, hurry: () => (hurried = true) };
}

/** A clock on the wall that somebody sets while the run goes on; the monotonic one goes on as it should. */
export function steppedClock(): { readonly clock: Clock; readonly step: (ms: number) => void } {
  let offset = 0;
  const timestamp = (): string => new Date(Date.now() + offset).toISOString();
  return { clock: { ...systemClock, timestamp }, step: (ms) => void (offset += ms) };
}
