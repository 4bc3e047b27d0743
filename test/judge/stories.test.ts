import { describe, expect, it } from "vitest";
import { attribute } from "../../src/attribute/index.ts";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { CellRecord, Verdict } from "../../src/model/index.ts";
import { aCell, aCrash, aRecord, smoke, throughput } from "../fakes/records.ts";

const axes = { "piecewise-cuda-graph": ["on", "off"], "attention-backend": ["cutlass", "fa2"], "custom-all-reduce": ["on", "off"] };

/** The eight cells of the SGLang matrix; `outcome` may override one. */
function eight(outcome: (values: Record<string, string>) => Parameters<typeof aCell>[1] | undefined): CellRecord[] {
  return axes["piecewise-cuda-graph"].flatMap((piecewise) =>
    axes["attention-backend"].flatMap((attention) =>
      axes["custom-all-reduce"].map((reduce) => {
        const values = { "piecewise-cuda-graph": piecewise, "attention-backend": attention, "custom-all-reduce": reduce };
        const over = outcome(values);
        return over === undefined ? aCell(values) : aCell(values, over);
      }),
    ),
  );
}

function conclude(head: ReturnType<typeof aRecord>, base: Parameters<typeof compare>[1]): Verdict {
  return judge(head, compare(head, base), attribute(head));
}

describe("the story of the graph that meets the cutlass kernel", () => {
  const crashing = (values: Record<string, string>): boolean =>
    values["piecewise-cuda-graph"] === "on" && values["attention-backend"] === "cutlass";

  it("names the pair of toggles that crashes, the regression beside it, and what to do", () => {
    const base = aRecord({ run: { id: "base-7", axes }, cells: eight(() => undefined) });
    const head = aRecord({
      run: { axes },
      cells: eight((values) => {
        if (crashing(values)) return aCrash("tma-descriptor");
        const slow = Object.values(values).join() === "off,fa2,off";
        return slow ? { checks: [smoke(), throughput([850])] } : undefined;
      }),
    });
    const verdict = conclude(head, base);
    expect(verdict.title).toBe("1 regression and 2 broken cells of 8");
    expect([verdict.class, verdict.exitCode]).toEqual(["regression", 1]);
    expect(verdict.next).toMatchInlineSnapshot(
      `"Look at sglang/piecewise-cuda-graph=off,attention-backend=fa2,custom-all-reduce=off: 1024→1024 c=1: output_throughput 1,000.0 → 850.0 tokens/s (−15.0%, 95% interval −16.2 to −13.8%): beyond the margin of 3%."`,
    );
    expect(verdict.attributions).toMatchInlineSnapshot(`
      [
        {
          "class": "tma-descriptor",
          "failing": 2,
          "sentence": "fails iff piecewise-cuda-graph=on and attention-backend=cutlass (2 of 2 cells; 0 of 6 others)",
          "serving": 6,
          "when": {
            "attention-backend": "cutlass",
            "piecewise-cuda-graph": "on",
          },
        },
      ]
    `);
    expect(verdict.cells.filter((cell) => cell.class !== "pass")).toMatchInlineSnapshot(`
      [
        {
          "cell": "sglang/piecewise-cuda-graph=on,attention-backend=cutlass,custom-all-reduce=on",
          "class": "broken",
          "failure": "tma-descriptor",
          "reason": "A tma-descriptor fault while capturing graphs; it served on the baseline",
        },
        {
          "cell": "sglang/piecewise-cuda-graph=on,attention-backend=cutlass,custom-all-reduce=off",
          "class": "broken",
          "failure": "tma-descriptor",
          "reason": "A tma-descriptor fault while capturing graphs; it served on the baseline",
        },
        {
          "cell": "sglang/piecewise-cuda-graph=off,attention-backend=fa2,custom-all-reduce=off",
          "class": "regression",
          "reason": "1024→1024 c=1: output_throughput 1,000.0 → 850.0 tokens/s (−15.0%, 95% interval −16.2 to −13.8%): beyond the margin of 3%; one launch per side; launch-to-launch noise is not covered",
        },
      ]
    `);
    expect(verdict.gates.map(({ status, rows }) => [status, rows.length, rows[0]?.detail])).toMatchInlineSnapshot(`
      [
        [
          "failed",
          6,
          "output_throughput 1,000.0 → 850.0 tokens/s (−15.0%, 95% interval −16.2 to −13.8%): beyond the margin of 3%; one launch per side; launch-to-launch noise is not covered",
        ],
      ]
    `);
    expect(verdict.untested).toMatchInlineSnapshot(`
      [
        "Launch-to-launch noise: some numbers stand on one launch a side; \`launches: 3\` or more would cover it.",
      ]
    `);
  });

  it("names the remedy when nothing is worse than the crash, on a repository without a baseline", () => {
    const head = aRecord({ run: { axes }, cells: eight((values) => (crashing(values) ? aCrash("tma-descriptor") : undefined)) });
    const verdict = conclude(head, { missing: "no record of main was found" });
    expect([verdict.class, verdict.exitCode, verdict.title]).toEqual(["broken", 1, "2 broken cells of 8"]);
    expect(verdict.next).toMatchInlineSnapshot(
      `"Repair sglang/piecewise-cuda-graph=on,attention-backend=cutlass,custom-all-reduce=on: A tma-descriptor fault while capturing graphs; no baseline says whether this is new. tma-descriptor fails iff piecewise-cuda-graph=on and attention-backend=cutlass (2 of 2 cells; 0 of 6 others). Try: Turn prefill graphs off (piecewise-cuda-graph=off)."`,
    );
    expect(verdict.gates).toHaveLength(1);
    expect(verdict.gates[0]?.status).toBe("not-tested");
    expect(verdict.untested).toMatchInlineSnapshot(`
      [
        "Nothing was compared: no record of main was found.",
      ]
    `);
  });

  it("passes the same crash once the ledger expects it", () => {
    const expected = {
      when: { "piecewise-cuda-graph": "on", "attention-backend": "cutlass" },
      class: "tma-descriptor",
      issue: "https://github.com/sgl-project/sglang/pull/12067",
      expires: "2027-03-31",
    } as const;
    const head = aRecord({
      run: { axes, expectedFailures: [expected] },
      cells: eight((values) => (crashing(values) ? aCrash("tma-descriptor") : undefined)),
    });
    const verdict = conclude(
      head,
      aRecord({ run: { axes }, cells: eight((values) => (crashing(values) ? aCrash("tma-descriptor") : undefined)) }),
    );
    expect([verdict.class, verdict.exitCode, verdict.title]).toEqual(["expected-failure", 0, "2 expected failures of 8 cells"]);
  });
});

describe("the story of the all-reduce that fails during graph capture", () => {
  const matrix = { "custom-all-reduce": ["on", "off"], "kv-cache-dtype": ["fp8", "auto"] };
  const illegal = aCrash("illegal-memory-access", {
    diagnosis: {
      class: "illegal-memory-access",
      title: "Illegal memory access in custom all-reduce",
      rootCause: "The custom all-reduce kernel read memory of a peer that was not mapped.",
      confidence: "certain",
      phase: "graphs",
      evidence: ["custom_all_reduce.cuh:455 'an illegal memory access was encountered'"],
      remedies: [{ text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } }],
      findings: [],
      sources: [],
    },
  });
  const cells = matrix["custom-all-reduce"].flatMap((reduce) =>
    matrix["kv-cache-dtype"].map((dtype) => {
      const values = { "custom-all-reduce": reduce, "kv-cache-dtype": dtype };
      return reduce === "on" ? aCell(values, illegal) : aCell(values);
    }),
  );

  it("names the single toggle and offers to turn it off", () => {
    const verdict = conclude(aRecord({ run: { axes: matrix }, cells }), { missing: "no record of main was found" });
    expect(verdict.title).toBe("2 broken cells of 4");
    expect(verdict.attributions.map((each) => each.sentence)).toEqual(["fails iff custom-all-reduce=on (2 of 2 cells; 0 of 2 others)"]);
    expect(verdict.next).toMatchInlineSnapshot(
      `"Repair sglang/custom-all-reduce=on,kv-cache-dtype=fp8: The custom all-reduce kernel read memory of a peer that was not mapped; no baseline says whether this is new. illegal-memory-access fails iff custom-all-reduce=on (2 of 2 cells; 0 of 2 others). Try: Turn custom all-reduce off (custom-all-reduce=off)."`,
    );
  });

  it("warns and does not block when main crashes the same way", () => {
    const record = aRecord({ run: { axes: matrix }, cells });
    const verdict = conclude(record, aRecord({ run: { id: "base-7", axes: matrix }, cells }));
    expect([verdict.class, verdict.exitCode, verdict.title]).toEqual(["pre-existing", 0, "2 pre-existing failures of 4 cells"]);
  });
});
