import { describe, expect, it } from "vitest";
import { intruders } from "../../src/machine/intruders.ts";

const app = (pid: number, gpu = "GPU-1") => ({ gpu, pid, name: "python3", memoryBytes: 2 ** 31 });
/** 1 and 2 are the server's, 3 is another's, all others cannot be seen from here. */
const owns = async (pid: number): Promise<boolean | undefined> => (pid < 3 ? true : pid === 3 ? false : undefined);

describe("who else uses the GPUs", () => {
  it("is told for the windows in which he may have been there, and for no other", async () => {
    const seen = intruders(["GPU-1"], owns);
    await seen.look([app(1)], 0);
    await seen.look([app(1), app(2), app(3)], 1000);
    await seen.look([app(1), app(3)], 2000);
    await seen.look([app(1)], 3000);
    const told = [{ text: "on GPU-1: python3 (pid 3, 2.0 GiB)", certain: true }];
    // He came between the looks at 0 and at 1000.
    expect([seen.between(-500, -1), seen.between(500, 800), seen.between(1500, 1600), seen.between(2500, 3500)]).toEqual([
      [],
      told,
      told,
      [],
    ]);
  });

  it("is not sought on GPUs that are not ours", async () => {
    const seen = intruders(["GPU-1"], owns);
    await seen.look([app(3, "GPU-2")], 0);
    expect(seen.between(0, 1)).toEqual([]);
  });

  it("is doubtful when he cannot be seen from here, and the server's own when he was there from the first", async () => {
    const seen = intruders(["GPU-1"], owns);
    await seen.look([app(70)], 0);
    await seen.look([app(70), app(71)], 1000);
    expect(seen.between(0, 2000)).toEqual([{ text: "on GPU-1: python3 (pid 71, 2.0 GiB)", certain: false }]);
  });
});
