import { describe, expect, it } from "vitest";
import { attribute } from "../../src/attribute/index.ts";
import type { Attribution, CellRecord, FailureClass } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord } from "../fakes/records.ts";

const axes = { graph: ["on", "off"], attention: ["cutlass", "fa2"], reduce: ["on", "off"] };
type Values = { graph: string; attention: string; reduce: string };

function matrix(outcome: (values: Values) => FailureClass | "serves" | "absent"): CellRecord[] {
  return axes.graph.flatMap((graph) =>
    axes.attention.flatMap((attention) =>
      axes.reduce.flatMap((reduce) => {
        const values = { graph, attention, reduce };
        const told = outcome(values);
        if (told === "absent") return [];
        return [told === "serves" ? aCell(values) : aCell(values, aCrash(told))];
      }),
    ),
  );
}

function sentences(cells: readonly CellRecord[]): string[] {
  return attribute(aRecord({ run: { axes }, cells })).map((each) => `${each.class} ${each.sentence}`);
}

describe("attribution", () => {
  it("says nothing when nothing failed", () => {
    expect(sentences(matrix(() => "serves"))).toEqual([]);
  });

  it("names one toggle when one is enough", () => {
    expect(sentences(matrix(({ reduce }) => (reduce === "on" ? "illegal-memory-access" : "serves")))).toEqual([
      "illegal-memory-access fails iff reduce=on (4 of 4 cells; 0 of 4 others)",
    ]);
  });

  it("names a pair, and a triple, when fewer do not separate", () => {
    expect(sentences(matrix(({ graph, attention }) => (graph === "on" && attention === "cutlass" ? "tma-descriptor" : "serves")))).toEqual([
      "tma-descriptor fails iff graph=on and attention=cutlass (2 of 2 cells; 0 of 6 others)",
    ]);
    expect(sentences(matrix((v) => (Object.values(v).join() === "on,cutlass,on" ? "nccl" : "serves")))).toEqual([
      "nccl fails iff graph=on and attention=cutlass and reduce=on (1 of 1 cell; 0 of 7 others)",
    ]);
  });

  it("explains each class by itself and does not hold another class against it", () => {
    const cells = matrix(({ graph, attention }) => (graph === "off" ? "serves" : attention === "cutlass" ? "tma-descriptor" : "nccl"));
    expect(sentences(cells)).toEqual([
      "tma-descriptor fails iff graph=on (2 of 2 cells; 0 of 4 others); 2 cells failed otherwise (nccl) and do not count, 2 of them with these values",
      "nccl fails iff graph=on (2 of 2 cells; 0 of 4 others); 2 cells failed otherwise (tma-descriptor) and do not count, 2 of them with these values",
    ]);
  });

  it("says which explanations cannot be told apart and which cell would tell", () => {
    // The graph decides the attention kernel: the mixed cells never ran.
    const coupled = matrix(({ graph, attention }) =>
      (graph === "on") !== (attention === "cutlass") ? "absent" : graph === "on" ? "tma-descriptor" : "serves",
    );
    const [found] = attribute(aRecord({ run: { axes }, cells: coupled }));
    expect(found).toEqual<Attribution>({
      class: "tma-descriptor",
      when: { graph: "on" },
      sentence:
        "fails iff graph=on (2 of 2 cells; 0 of 2 others); attention=cutlass explains it as well: the cell graph=on,attention=fa2,reduce=on would tell",
      failing: 2,
      serving: 2,
    });
  });

  it("names no toggle when nothing served or nothing separates", () => {
    expect(sentences(matrix(() => "nccl"))).toEqual(["nccl 8 cells failed and none served, so no toggle can be named"]);
    const scattered = matrix(({ graph, attention }) => ((graph === "on") === (attention === "cutlass") ? "nccl" : "serves"));
    expect(sentences(scattered)).toEqual(["nccl no combination of up to three toggles separates the 4 failing cells from the 4 serving"]);
    expect(attribute(aRecord({ run: { axes }, cells: scattered }))[0]?.when).toEqual({});
  });

  it("counts a cell that fell back under the value that was in effect", () => {
    const cells = matrix(({ graph, attention }) => (graph === "on" && attention === "cutlass" ? "tma-descriptor" : "serves"));
    const fallen = cells.map((cell) =>
      cell.cell.id.includes("graph=on,attention=cutlass,reduce=off")
        ? aCell(cell.cell.axes, { resolved: [{ axis: "attention", requested: "cutlass", effect: "fallback", resolved: "fa2" }] })
        : cell,
    );
    expect(sentences(fallen)).toEqual(["tma-descriptor fails iff graph=on and attention=cutlass (1 of 1 cell; 0 of 7 others)"]);
  });

  it("counts a cell that failed in one launch of several as failing, and interrupted cells not at all", () => {
    const cells = [
      aCell({ graph: "on" }, {}, aCrash("nccl")),
      aCell({ graph: "off" }, {}, {}),
      aCell({ graph: "maybe" }, { outcome: { state: "interrupted", during: "weights" } }),
    ];
    expect(sentences(cells)).toEqual(["nccl fails iff graph=on (1 of 1 cell; 0 of 1 others)"]);
  });
});
