import { describe, expect, it, vi } from "vitest";
import { chooseIsolation } from "../../src/shell/index.ts";
import { tiersHere } from "./support.ts";

describe("the choice of a tier", () => {
  it("takes the strongest that works and says why not a stronger one", async () => {
    const strongest = (await tiersHere()).at(-1);
    expect(await chooseIsolation({ ...process.env, SERVEGATE_ISOLATION: "" })).toMatchObject({ ok: true, tier: strongest });
  });

  it("is the configuration's where the environment demands nothing", async () => {
    expect(await chooseIsolation({}, { isolation: "tracked" })).toMatchObject({ tier: "tracked", detail: "asked for by launch.isolation" });
    expect(await chooseIsolation({ SERVEGATE_ISOLATION: "tracked" }, { isolation: "sealed" })).toMatchObject({
      tier: "tracked",
      detail: "asked for by SERVEGATE_ISOLATION",
    });
  });

  it("is refused rather than weakened", async () => {
    const noTools = { PATH: "/nowhere", SERVEGATE_ISOLATION: "tracked" };
    expect(await chooseIsolation(noTools, { requireIsolation: "sealed" })).toEqual({
      ok: false,
      reason: "SERVEGATE_ISOLATION asks for tracked, and launch.require-isolation for at least sealed",
    });
    expect(await chooseIsolation({}, { isolation: "container" })).toEqual({
      ok: false,
      reason: 'launch.isolation is "container"; it can be "sealed", "cgroup", "tracked"',
    });
  });

  it("is told when processes cannot be marked in their limits", async () => {
    vi.stubEnv("PATH", "/nowhere");
    const choice = await chooseIsolation({ SERVEGATE_ISOLATION: "tracked" });
    vi.unstubAllEnvs();
    expect(choice).toMatchObject({
      ok: true,
      detail: "asked for by SERVEGATE_ISOLATION; processes cannot be marked in their limits (there is no prlimit)",
    });
    if (choice.ok) expect(choice.wrapping("x").wrap(["a", "b"])).toEqual(["a", "b"]);
  });
});
