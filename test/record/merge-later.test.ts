import { describe, expect, it } from "vitest";
import { merge } from "../../src/record/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";

describe("what shards launched after their cells", () => {
  const trial = (cell: string) => ({ cell, trials: [] });
  const one = {
    ...aRecord({ cells: [aCell({ eager: "off" })] }),
    remedies: [trial("a")],
    bisected: [aCell({ eager: "x" }, aCrash("nccl"))],
  };
  const two = { ...aRecord({ cells: [aCell({ eager: "on" })] }), remedies: [trial("b")], bisected: [aCell({ eager: "x" })] };

  it("stands side by side in the whole, the same told twice once, in whatever order they are merged", () => {
    const [ab, ba] = [merge(one, two), merge(two, one)];
    if (!ab.ok || !ba.ok) throw new Error("they are shards of one run");
    expect(ab.value.remedies?.map(({ cell }) => cell)).toEqual(["a", "b"]);
    expect(ab.value.bisected).toHaveLength(2);
    expect([ba.value.remedies, ba.value.bisected]).toEqual([ab.value.remedies, ab.value.bisected]);
    const again = merge(one, one);
    expect(again.ok && again.value.bisected).toHaveLength(1);
  });

  it("is absent where no shard has any", () => {
    const plain = merge(aRecord({ cells: [aCell({ eager: "off" })] }), aRecord({ cells: [aCell({ eager: "on" })] }));
    expect(plain.ok && ("remedies" in plain.value || "bisected" in plain.value)).toBe(false);
  });
});
