import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/load/index.ts";

describe("the machine's clock", () => {
  it("sleeps no shorter than asked, in whole milliseconds", async () => {
    const from = systemClock.now();
    await systemClock.sleep(20);
    expect(systemClock.now() - from).toBeGreaterThanOrEqual(19);
  });

  it("wakes with the signal's own reason, whether it was aborted before or meanwhile", async () => {
    const reason = new Error("the run is cancelled");
    await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });
});
