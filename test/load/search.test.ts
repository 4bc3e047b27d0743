import { describe, expect, it } from "vitest";
import { searchLoad } from "../../src/load/index.ts";
import { Progress } from "../../src/load/progress.ts";

const common = { from: 1, to: 1_024, attain: 0.95, whole: true };

describe("the search for the highest load", () => {
  it.each([1, 2, 3, 17, 100, 777])("comes within the precision of the edge at %d", async (edge) => {
    const { best, broken, probes } = await searchLoad(common, (load) => Promise.resolve({ load, attained: load <= edge ? 1 : 0.5 }));
    expect(best?.load).toBeLessThanOrEqual(edge);
    expect(broken?.load).toBeGreaterThan(edge);
    expect(broken?.load ?? 0).toBeLessThanOrEqual(Math.max((best?.load ?? 0) * 1.1, (best?.load ?? 0) + 1));
    expect(probes.length).toBeLessThan(20);
  });

  it("says when no load meets the bounds, and when every load does", async () => {
    expect((await searchLoad(common, (load) => Promise.resolve({ load, attained: 0 }))).best).toBeUndefined();
    const all = await searchLoad(common, (load) => Promise.resolve({ load, attained: 1 }));
    expect([all.best?.load, all.broken]).toEqual([1_024, undefined]);
  });

  it("ends with what is known when a probe cannot be carried out", async () => {
    const found = await searchLoad(common, (load) => Promise.resolve(load < 8 ? { load, attained: 1 } : undefined));
    expect(found).toMatchObject({ best: { load: 4 } });
    expect(found.broken).toBeUndefined();
  });
});

describe("the progress line", () => {
  it("tells rate, in flight, tokens, errors and the time left", () => {
    const progress = new Progress(100);
    progress.line({ done: 10, failed: 0, inFlight: 4, tokens: 1_000 }, 1_000);
    expect(progress.line({ done: 18, failed: 2, inFlight: 4, tokens: 1_800 }, 2_000)).toBe(
      "18/100 done, 10.0/s, 4 in flight, 800 tokens/s, 2 errors, 0:08 left",
    );
  });
});
